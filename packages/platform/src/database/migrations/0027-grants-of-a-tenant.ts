import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One customer's grants, latest consent first: a tenant has few of all grants, and without this a list of them reads all. */
export class GrantsOfATenant implements MigrationInterface {
  readonly name = 'GrantsOfATenant1795300000027';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      `CREATE INDEX grant_listing_of_tenant ON grant_listing (assistant_id, tenant, consented_at DESC, grant_id DESC) WHERE tenant <> ''`,
    );
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}
