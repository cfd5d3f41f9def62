import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose tokens a revocation holds and which client's: late tokens have no grant that could tell, and a user who has consented anew keeps what came of it. */
export class WhoseRevocation implements MigrationInterface {
  readonly name = 'WhoseRevocation1795300000019';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  `ALTER TABLE revocation ADD COLUMN user_id text NOT NULL DEFAULT '', ADD COLUMN tenant text NOT NULL DEFAULT '', ADD COLUMN client_id text NOT NULL DEFAULT ''`,
  `UPDATE revocation r SET user_id = g.user_id, tenant = g.tenant, client_id = g.client_id FROM "grant" g WHERE g.id = r.grant_id AND r.state = 'pending'`,
];
