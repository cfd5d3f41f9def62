import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What refreshing before expiry needs to know of grants. */
export class RefreshPolicy implements MigrationInterface {
  readonly name = 'RefreshPolicy1795300000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  // A runtime waits for the refresh: until then its job is trusted to be where such jobs go.
  `ALTER TABLE "grant" ADD COLUMN wanted_until timestamptz`,
  // The day on which a runtime last asked; no index knows it, so that writing it stays on the row's page.
  `ALTER TABLE "grant" ADD COLUMN used_on date NOT NULL DEFAULT current_date`,
  // Grants from before have no time at which they are refreshed: theirs is half the life, and where that has passed they are spread.
  `UPDATE "grant" SET due_at = CASE WHEN refresh_token IS NULL THEN expires_at
     ELSE greatest(now() + random() * interval '10 minutes', issued_at + (expires_at - issued_at) / 2) END
   WHERE status IN ('active', 'held') AND due_at IS NULL AND expires_at IS NOT NULL`,
];
