import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the refresh desk shows and no event tells: the forecast that a worker counts, the gates that each worker keeps, and refresh tokens by their end. */
export class RefreshDesk implements MigrationInterface {
  readonly name = 'RefreshDesk1795300000024';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `CREATE UNLOGGED TABLE refresh_due (
     assistant_id uuid PRIMARY KEY,
     late int NOT NULL,
     oldest_due_at timestamptz,
     next_hour int[] NOT NULL,
     next_day int[] NOT NULL)`,
  `CREATE UNLOGGED TABLE refresh_due_count (one bool PRIMARY KEY DEFAULT true CHECK (one), counted_at timestamptz NOT NULL, next_at timestamptz NOT NULL)`,
  `ALTER TABLE worker ADD COLUMN gates jsonb NOT NULL DEFAULT '[]', ADD COLUMN gates_at timestamptz NOT NULL DEFAULT now()`,
  `CREATE INDEX grant_refresh_ends ON "grant" (refresh_ends_at) WHERE refresh_ends_at IS NOT NULL AND status = 'active'`,
  `CREATE INDEX profile_fault ON profile (fault_since) WHERE fault_reason IS NOT NULL`,
];
