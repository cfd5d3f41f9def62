import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A fault that only another setting of a profile mends, since when it is known, and when one grant tries it again. */
export class ProfileFault implements MigrationInterface {
  readonly name = 'ProfileFault1795300000005';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'ALTER TABLE profile ADD COLUMN fault_reason text, ADD COLUMN fault_since timestamptz, ADD COLUMN fault_probe_at timestamptz',
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
