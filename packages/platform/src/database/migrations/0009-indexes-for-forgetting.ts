import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the deletion of a profile and the forgetting of what is old look for, found without reading whole tables. */
export class IndexesForForgetting implements MigrationInterface {
  readonly name = 'IndexesForForgetting1795300000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  down(): Promise<void> {
    return Promise.reject(new Error('Migrations go forward only; restore a backup instead.'));
  }
}

const statements = [
  'CREATE INDEX grant_of_profile ON "grant" (profile_id, id)',
  `CREATE INDEX grant_ended ON "grant" (ended_at) WHERE status = 'ended'`,
  'CREATE INDEX revocation_of_profile ON revocation (profile_id)',
  'CREATE INDEX revocation_settled ON revocation (settled_at) WHERE settled_at IS NOT NULL',
  'CREATE INDEX callback_form_of_profile ON callback_form (profile_id)',
  'CREATE INDEX authorization_ended ON "authorization" (ended_at) WHERE ended_at IS NOT NULL',
  // Written in the order of time: a few pages of summary are enough, and cost an insert nothing.
  'CREATE INDEX event_at ON event USING brin (at)',
];
