import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedKey,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { lastHandOuts, listConnections } from './connections.view.js';
import { findUserLink, insertUserLink, type UserLink } from './user-link.store.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
let key: { id: string };
let link: UserLink;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 2);
});
beforeEach(async () => {
  profile = await storedProfile(pool);
  key = await storedKey(pool, profile.assistantId, { name: 'production' });
  link = (await findUserLink(pool, await mint())) as UserLink;
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function mint(userId = 'ada', runtimeKeyId = key.id): Promise<Buffer> {
  const handleHash = randomBytes(32);
  await insertUserLink(pool, { id: randomUUID(), assistantId: profile.assistantId, runtimeKeyId, userId, handleHash });
  return handleHash;
}
const grant = async (columns: object = {}, of = profile): Promise<string> =>
  (await storedGrant(pool, of, { user_id: 'ada', account: randomUUID(), ...columns })).id;
const listed = async (): Promise<string[]> => (await listConnections(pool, link)).map(({ id }) => id).sort();
const handOut = (grantId: string, days: number, runtimeKeyId = key.id) =>
  pool.query(
    `INSERT INTO hand_out (at, assistant_id, runtime_key_id, profile_id, grant_id, token_version, user_id)
     VALUES (now() - make_interval(days => $1), $2, $3, $4, $5, 1, 'ada')`,
    [days, profile.assistantId, runtimeKeyId, profile.id, grantId],
  );

describe('a link', () => {
  it('is good for its 10 minutes, and while the key of its runtime is', async () => {
    const [expired, shut] = [await mint(), await mint()];
    await pool.query(`UPDATE user_link SET expires_at = now() WHERE handle_hash = $1`, [expired]);
    expect([await findUserLink(pool, expired), await findUserLink(pool, randomBytes(32))]).toEqual([null, null]);
    expect(await findUserLink(pool, shut)).toMatchObject({ userId: 'ada', assistantId: profile.assistantId });
    await pool.query('UPDATE runtime_key SET revoked_at = now() WHERE id = $1', [key.id]);
    expect(await findUserLink(pool, shut)).toBeNull();
  });
});

describe('a user’s connections', () => {
  it('are their living grants with this assistant, as far as the runtime’s key reaches', async () => {
    const [one, two] = [await grant(), await grant({ status: 'reconnect_required', reason: 'invalid_grant' })];
    await grant({ user_id: 'eve' });
    await grant({ status: 'held' });
    await grant({}, await storedProfile(pool));
    expect(await listed()).toEqual([one, two].sort());
    const other = await storedProfile(pool, { assistant_id: profile.assistantId });
    const third = await grant({}, other);
    link.profiles = [other.id];
    expect(await listed()).toEqual([third]);
  });

  it('hold those that were disconnected since the link was made, with the provider’s word', async () => {
    const gone = { status: 'ended', hand_out: null, refresh_token: null };
    const id = await grant({ ...gone, reason: 'signed_out', ended_at: inSeconds(1) });
    await grant({ ...gone, reason: 'signed_out', ended_at: inSeconds(-60) });
    await grant({ ...gone, reason: 'profile_deleted', ended_at: inSeconds(1) });
    const settle = async (...states: string[]) => {
      await pool.query('DELETE FROM revocation WHERE grant_id = $1', [id]);
      for (const state of states)
        await pool.query(
          `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, state) VALUES (gen_random_uuid(), $1, $2, $3, '{}', $4)`,
          [profile.assistantId, profile.id, id, state],
        );
      return (await listConnections(pool, link)).map(({ revocation }) => revocation);
    };
    expect(await listed()).toEqual([id]);
    expect(await settle('revoked')).toEqual(['revoked']);
    expect(await settle('revoked', 'forgotten')).toEqual(['forgotten']);
    expect(await settle('revoked', 'pending')).toEqual(['pending']);
  });

  it('name the account that the provider told', async () => {
    const authorization = await storedAuthorization(pool, profile, { state: 'consented', account_label: 'ada@example.com' });
    await grant({ authorization_id: authorization });
    expect((await listConnections(pool, link)).map(({ accountLabel }) => accountLabel)).toEqual(['ada@example.com']);
  });
});

describe('the last hand-outs', () => {
  it('are one for each grant and runtime, however old within 90 days', async () => {
    const [today, old] = [await grant(), await grant()];
    const second = await storedKey(pool, profile.assistantId, { name: 'staging', revoked_at: inSeconds(-1) });
    for (const [id, days, by] of [
      [today, 0, key.id],
      [today, 3, key.id],
      [today, 5, second.id],
      [old, 60, key.id],
    ] as const)
      await handOut(id, days, by);
    await handOut(await grant(), 0);
    const found = await lastHandOuts(pool, profile.assistantId, [today, old]);
    const daysAgo = (at: Date) => Math.round((Date.now() - at.getTime()) / 86_400_000);
    expect(found.map(({ grantId, runtime, at }) => [grantId, runtime, daysAgo(at)])).toEqual([
      [today, 'production', 0],
      [today, 'staging', 5],
      [old, 'production', 60],
    ]);
  });

  it('are found by an index in each day’s partition', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT t.relid::regclass::text AS name FROM pg_partition_tree('hand_out') t WHERE isleaf AND NOT EXISTS (
         SELECT FROM pg_index i JOIN pg_inherits h ON h.inhrelid = i.indexrelid WHERE i.indrelid = t.relid AND h.inhparent = 'hand_out_of_grant'::regclass)`,
    );
    expect(rows).toEqual([]);
  });
});
