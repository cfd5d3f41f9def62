import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A profile's next client secret, kept beside the present one until the provider refuses that. */
export class NextClientSecret implements MigrationInterface {
  readonly name = 'NextClientSecret1795300000016';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE profile ADD COLUMN next_client_secret bytea, ADD COLUMN next_client_secret_set_at timestamptz',
    );
    await runner.query('ALTER TABLE profile_revision ADD COLUMN next_client_secret_set_at timestamptz');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
