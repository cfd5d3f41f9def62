import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Links to a user's own page, and a way from a grant to those who were handed its tokens. */
export class UserLinks implements MigrationInterface {
  readonly name = 'UserLinks1795300000012';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `CREATE TABLE user_link (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant ON DELETE CASCADE,
     runtime_key_id uuid NOT NULL REFERENCES runtime_key ON DELETE CASCADE,
     user_id text NOT NULL,
     handle_hash bytea NOT NULL UNIQUE,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL)`,
  // Few different values in a day's partition: the index keeps each once, and costs a hand-out some two microseconds (ADR 27).
  `CREATE INDEX hand_out_of_grant ON hand_out (grant_id, runtime_key_id)`,
];
