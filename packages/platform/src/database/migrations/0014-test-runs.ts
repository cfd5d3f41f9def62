import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tests of profiles with their steps, and the authorizations that belong to them. */
export class TestRuns implements MigrationInterface {
  readonly name = 'TestRuns1795300000014';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `CREATE TABLE test_run (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant,
     profile_id uuid NOT NULL REFERENCES profile ON DELETE CASCADE,
     revision int NOT NULL,
     tenant text NOT NULL DEFAULT '',
     client_secret_set_at timestamptz,
     state text NOT NULL CHECK (state IN ('preflight', 'awaiting_consent', 'exchanging', 'succeeded', 'failed', 'interrupted', 'expired')),
     diagnosis jsonb,
     warnings jsonb NOT NULL DEFAULT '[]',
     progress int NOT NULL DEFAULT 0,
     attempt uuid,
     sent_at timestamptz,
     queued_until timestamptz,
     started_by text NOT NULL,
     correlation_id text NOT NULL,
     created_at timestamptz NOT NULL DEFAULT now(),
     expires_at timestamptz NOT NULL,
     ended_at timestamptz)`,
  `CREATE INDEX test_run_open ON test_run (expires_at) WHERE state IN ('preflight', 'awaiting_consent', 'exchanging')`,
  `CREATE INDEX test_run_of_profile ON test_run (profile_id, created_at)`,
  `CREATE INDEX test_run_age ON test_run USING brin (created_at)`,
  `CREATE TABLE test_run_step (
     id uuid PRIMARY KEY,
     assistant_id uuid NOT NULL REFERENCES assistant,
     test_run_id uuid NOT NULL REFERENCES test_run ON DELETE CASCADE,
     name text NOT NULL,
     result text NOT NULL,
     diagnosis text,
     calls bytea,
     ms int,
     UNIQUE (test_run_id, name))`,
  // A consent that a test asks for is asked by no runtime.
  `ALTER TABLE "authorization" ADD COLUMN test_run_id uuid REFERENCES test_run ON DELETE CASCADE, ALTER COLUMN runtime_key_id DROP NOT NULL`,
  `CREATE UNIQUE INDEX authorization_of_test_run ON "authorization" (test_run_id) WHERE test_run_id IS NOT NULL`,
];
