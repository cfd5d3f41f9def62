import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators see of the queues, whatever becomes of Redis: which are paused, what has failed, and how many jobs have run. */
export class QueueDesk implements MigrationInterface {
  readonly name = 'QueueDesk1795300000025';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `CREATE TABLE queue_pause (queue text PRIMARY KEY, paused_at timestamptz NOT NULL DEFAULT now(), paused_by text NOT NULL)`,
  // One row for each piece of work, however often it fails; "work" is what it is about.
  `CREATE TABLE failed_job (
     id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
     queue text NOT NULL,
     work text NOT NULL UNIQUE,
     job text NOT NULL,
     payload jsonb NOT NULL,
     reason text NOT NULL,
     correlation_id text NOT NULL,
     times int NOT NULL DEFAULT 1,
     first_failed_at timestamptz NOT NULL DEFAULT now(),
     failed_at timestamptz NOT NULL DEFAULT now(),
     retried_at timestamptz)`,
  `CREATE INDEX failed_job_of_queue ON failed_job (queue, failed_at, id)`,
  `CREATE UNLOGGED TABLE queue_activity (
     minute timestamptz NOT NULL,
     queue text NOT NULL,
     done int NOT NULL,
     failed int NOT NULL,
     PRIMARY KEY (minute, queue))`,
];
