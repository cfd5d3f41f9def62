import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What workers must agree on to keep providers' limits together: who lives, and what a 429 has taught. Lost with a crash, it is learned again. */
export class ProviderGates implements MigrationInterface {
  readonly name = 'ProviderGates1795300000008';

  async up(runner: QueryRunner): Promise<void> {
    // `divisor`: into so many parts this worker divides the limits, at least; 0 while it takes no part.
    await runner.query(
      `CREATE UNLOGGED TABLE worker (
         id uuid PRIMARY KEY,
         joined_at timestamptz NOT NULL DEFAULT now(),
         beat_at timestamptz NOT NULL DEFAULT now(),
         divisor int NOT NULL DEFAULT 0)`,
    );
    await runner.query(
      `CREATE UNLOGGED TABLE provider_gate (
         origin text NOT NULL,
         client_id text NOT NULL,
         per_second float8 NOT NULL,
         taught_at timestamptz NOT NULL DEFAULT now(),
         closed_until timestamptz NOT NULL,
         PRIMARY KEY (origin, client_id))`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
