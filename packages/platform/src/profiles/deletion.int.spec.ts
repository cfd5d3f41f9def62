import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { type StoredProfile, storedAuthorization, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import { livingGrants, removeProfile } from './deletion.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
});
beforeEach(async () => {
  profile = await storedProfile(pool, { status: 'deleting' });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const remove = (id = profile.id) => inTransaction(pool, (client) => removeProfile(client, id));
const isThere = async (): Promise<boolean> =>
  (await pool.query('SELECT FROM profile WHERE id = $1', [profile.id])).rowCount === 1;
const revocation = (state: string) =>
  pool.query(
    `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, state) VALUES (gen_random_uuid(), $1, $2, gen_random_uuid(), '{}', $3)`,
    [profile.assistantId, profile.id, state],
  );

describe('a profile under deletion', () => {
  it('goes, with all that is left of it, once nothing lives', async () => {
    await storedGrant(pool, profile, { status: 'ended', hand_out: null, refresh_token: null });
    await storedAuthorization(pool, profile, { state: 'abandoned' });
    await revocation('revoked');
    await revocation('forgotten');
    expect(await remove()).toEqual({ assistantId: profile.assistantId });
    expect(await isThere()).toBe(false);
    for (const table of ['grant', 'authorization', 'revocation']) {
      expect((await pool.query(`SELECT FROM "${table}" WHERE profile_id = $1`, [profile.id])).rowCount).toBe(0);
    }
    expect(await remove()).toBeNull();
  });

  it.each(['active', 'held', 'reconnect_required'])('stays while a grant is %s', async (status) => {
    await storedGrant(pool, profile, { status });
    expect(await remove()).toBeNull();
    expect(await isThere()).toBe(true);
  });

  it('stays while a provider has yet to be told: its client is needed for that', async () => {
    await revocation('pending');
    expect(await remove()).toBeNull();
    expect(await isThere()).toBe(true);
  });

  it('is removed once, by whichever run comes first', async () => {
    const removed = await Promise.all(Array.from({ length: 4 }, () => remove()));
    expect(removed.filter((one) => one !== null)).toHaveLength(1);
  });

  it('lists its living grants a batch at a time, and those of a profile that is not being deleted never', async () => {
    const ids = (
      await Promise.all(
        Array.from({ length: 7 }, (_, index) => storedGrant(pool, profile, index === 0 ? { status: 'held' } : {})),
      )
    )
      .map(({ id }) => id)
      .sort();
    await storedGrant(pool, profile, { status: 'ended', hand_out: null, refresh_token: null });
    expect(await livingGrants(pool, profile.id, 5)).toEqual(ids.slice(0, 5));
    expect(await livingGrants(pool, profile.id, 50)).toEqual(ids);
    await pool.query(`UPDATE profile SET status = 'active' WHERE id = $1`, [profile.id]);
    expect(await livingGrants(pool, profile.id, 50)).toEqual([]);
    expect(await remove()).toBeNull();
  });
});
