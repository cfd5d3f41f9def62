import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The transaction that recorded each event, so that projections skip none that is committed late; how far each projection is; and the first of them. */
export class Projections implements MigrationInterface {
  readonly name = 'Projections1795300000023';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  // The same for the whole transaction, so PostgreSQL adds it without rewriting what is there.
  `ALTER TABLE event ADD COLUMN tx bigint NOT NULL DEFAULT (pg_current_xact_id()::text::bigint)`,
  `CREATE INDEX event_tx ON event (tx)`,
  // Transaction numbers are those of one cluster: where this is another one, the store was restored from a dump.
  `INSERT INTO setting (key, value) SELECT 'event_cluster', system_identifier::text FROM pg_control_system()`,
  // Everything of transactions below "applied_below" is applied, and of those from there to "window_end" everything up to "last_id".
  `CREATE TABLE projection (
     name text PRIMARY KEY,
     applied_below bigint NOT NULL DEFAULT 0,
     window_end bigint,
     last_id bigint NOT NULL DEFAULT 0,
     applied_at timestamptz,
     noted_at timestamptz,
     rebuilt_at timestamptz)`,
  // By the minute and profile; the outcome is 'refreshed' or the failure's name.
  `CREATE TABLE refresh_activity (
     minute timestamptz NOT NULL,
     profile_id uuid NOT NULL,
     outcome text NOT NULL,
     assistant_id uuid,
     count int NOT NULL,
     last_at timestamptz NOT NULL,
     PRIMARY KEY (minute, profile_id, outcome))`,
];
