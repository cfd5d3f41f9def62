import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whom a profile is granted to: read with each hand-out, so beside the definition. */
export class GrantedToEveryone implements MigrationInterface {
  readonly name = 'GrantedToEveryone1795300000017';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `ALTER TABLE profile ADD COLUMN granted_to text NOT NULL GENERATED ALWAYS AS (coalesce(definition ->> 'grantedTo', 'user')) STORED`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
