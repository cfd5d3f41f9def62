import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { type StoredProfile, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { boundGrants, countBoundGrants } from './bound-grants.view.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 1);
  profile = await storedProfile(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('grants counted by what binds them', () => {
  it('are the living ones of the profile, those that work apart from those that wait', async () => {
    for (const columns of [{}, {}, { client_id: 'other' }, { status: 'reconnect_required', reason: 'invalid_grant' }])
      await storedGrant(pool, profile, columns);
    await storedGrant(pool, profile, { status: 'held' });
    await storedGrant(pool, profile, { status: 'ended', hand_out: null, refresh_token: null });
    await storedGrant(pool, await storedProfile(pool));

    const counted = await countBoundGrants(pool, profile.id);

    const origins = ['https://provider.example'];
    expect(counted).toHaveLength(3);
    expect(counted).toEqual(
      expect.arrayContaining([
        { origins, clientId: 'client', forEveryone: false, work: true, grants: 2 },
        { origins, clientId: 'other', forEveryone: false, work: true, grants: 1 },
        { origins, clientId: 'client', forEveryone: false, work: false, grants: 1 },
      ]),
    );
  });

  it('are found without a look at the grants of other profiles', async () => {
    const crowd = await storedProfile(pool);
    const { id } = await storedGrant(pool, crowd);
    const columns = 'assistant_id, account, status, hand_out, issued_at, origins, client_id, authorization_id, profile_id';
    await pool.query(
      `INSERT INTO "grant" (id, user_id, ${columns}) SELECT gen_random_uuid(), 'user ' || n, ${columns} FROM "grant", generate_series(1, 5000) n WHERE id = $1`,
      [id],
    );
    await pool.query('ANALYZE "grant"');
    const { rows } = await pool.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${boundGrants.replace('$1', `'${profile.id}'`)}`);
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).toContain('grant_one_living');
    expect(plan).not.toContain('Seq Scan');
  });
});
