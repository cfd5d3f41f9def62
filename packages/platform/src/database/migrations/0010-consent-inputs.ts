import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a consent stands on beside its profile: the tenant that the user chose, and the sealed fields and context. */
export class ConsentInputs implements MigrationInterface {
  readonly name = 'ConsentInputs1795300000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  // Sealed JSON. `tenant` stays what was asked for, by which an ask finds its open authorization; the grant is for the chosen one.
  `ALTER TABLE "authorization" ADD COLUMN inputs bytea, ADD COLUMN chosen_tenant text`,
  `ALTER TABLE "grant" ADD COLUMN inputs bytea`,
  `ALTER TABLE revocation ADD COLUMN inputs bytea`,
];
