import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What may loosen the bonds of a grant: an admin's approval of other origins, an operator's of another account. */
export class BoundOrigins implements MigrationInterface {
  readonly name = 'BoundOrigins1795300000011';

  async up(runner: QueryRunner): Promise<void> {
    // Set while an approval is carried out: when a queue was last told to. The index holds those alone, so that a sweep costs what is due.
    await runner.query('ALTER TABLE profile ADD COLUMN rebind_queued_at timestamptz');
    await runner.query('CREATE INDEX profile_rebinding ON profile (rebind_queued_at) WHERE rebind_queued_at IS NOT NULL');
    await runner.query('ALTER TABLE "grant" ADD COLUMN other_account_until timestamptz');
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
