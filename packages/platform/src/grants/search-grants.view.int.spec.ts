import type { GrantSearch } from '@grantkeeper/contracts/grants/http';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { inSeconds, type StoredProfile, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { type GrantPlace, type PlacedGrant, searchGrants } from './search-grants.view.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
let sibling: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
  profile = await storedProfile(pool);
  sibling = await storedProfile(pool, { assistant_id: profile.assistantId });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const search = async (asked: GrantSearch, of = profile): Promise<string[]> =>
  (await searchGrants(pool, of.assistantId, asked, null, 100)).map(({ view }) => view.id);
const ended = { status: 'ended', reason: 'signed_out', hand_out: null, refresh_token: null };
const ago = (minutes: number) => ({ consented_at: inSeconds(-60 * minutes) });

describe('the search for grants', () => {
  it('finds by user, profile and status; ended ones only when asked for, held ones never', async () => {
    const user = 'list@example.com';
    const theirs = await storedProfile(pool);
    const active = (await storedGrant(pool, profile, { user_id: user, ...ago(1) })).id;
    const lost = (
      await storedGrant(pool, sibling, { user_id: user, status: 'reconnect_required', reason: 'invalid_grant', ...ago(2) })
    ).id;
    const over = (await storedGrant(pool, profile, { user_id: user, ...ended })).id;
    await storedGrant(pool, profile, { user_id: user, status: 'held' });
    await storedGrant(pool, theirs, { user_id: user });

    expect(await search({ user })).toEqual([active, lost]);
    expect(await search({ user, profile: profile.id })).toEqual([active]);
    expect(await search({ user, profile: theirs.id })).toEqual([]);
    expect(await search({ user, status: 'ended' })).toEqual([over]);
    expect(await search({ user, status: 'active' })).toEqual([active]);
    expect(await search({ user, status: 'reconnect_required' })).toEqual([lost]);
    expect(await search({ user: 'LIST@example.com' })).toEqual([]);
  });

  it('finds users by how their names begin, letter for letter', async () => {
    const start = await storedProfile(pool);
    const names = ['a_b-1', 'a_b-2', 'axb-1', 'A_b-1', 'ä%-1', 'b'];
    const ids = await Promise.all(names.map(async (user_id, n) => (await storedGrant(pool, start, { user_id, ...ago(n) })).id));
    expect(await search({ userPrefix: 'a_b' }, start)).toEqual([ids[0], ids[1]]);
    expect(await search({ userPrefix: 'a' }, start)).toEqual([ids[0], ids[1], ids[2]]);
    expect(await search({ userPrefix: 'ä%' }, start)).toEqual([ids[4]]);
    expect(await search({ userPrefix: '%' }, start)).toEqual([]);
    expect(await search({ userPrefix: 'a\\' }, start)).toEqual([]);
  });

  it('finds what serves everyone with each user, as long as its profile is granted to everyone', async () => {
    const shared = await storedProfile(pool, { definition: JSON.stringify({ grantedTo: 'everyone' }) });
    const { id } = await storedGrant(pool, shared, { user_id: '' });
    expect(await search({ user: 'anyone' }, shared)).toEqual([id]);
    await pool.query(`UPDATE profile SET definition = '{}' WHERE id = $1`, [shared.id]);
    expect(await search({ user: 'anyone' }, shared)).toEqual([]);
    expect(await search({}, shared)).toEqual([id]);
  });

  it('finds those of a tenant, those that fail and those whose refresh token ends soon', async () => {
    const other = await storedProfile(pool);
    const given = async (columns: object) => (await storedGrant(pool, other, columns)).id;
    const acme = await given({ tenant: 'acme', ...ago(1) });
    const failing = await given({ last_failure: 'http_503', failures: 1, ...ago(2) });
    const lost = await given({ status: 'reconnect_required', reason: 'invalid_grant', last_failure: 'invalid_grant', ...ago(3) });
    const ending = await given({ refresh_ends_at: inSeconds(2 * 86_400), ...ago(4) });
    await given({ refresh_ends_at: inSeconds(9 * 86_400), tenant: 'other', ...ago(5) });
    expect(await search({ tenant: 'acme' }, other)).toEqual([acme]);
    expect(await search({ status: 'failing' }, other)).toEqual([failing]);
    expect(await search({ status: 'reconnect_required' }, other)).toEqual([lost]);
    expect(await search({ refreshTokenEndsWithinDays: 3 }, other)).toEqual([ending]);
    expect(await search({ refreshTokenEndsWithinDays: 3, tenant: 'other' }, other)).toEqual([]);
  });

  it('follows a grant through failure, recovery, loss, reconnect and end, with the time of the last failure', async () => {
    const one = await storedProfile(pool);
    const { id } = await storedGrant(pool, one, ago(60));
    const change = (set: string) => pool.query(`UPDATE "grant" SET ${set} WHERE id = $1`, [id]);
    const seen = async (status: GrantSearch['status']) =>
      (await searchGrants(pool, one.assistantId, { status }, null, 9))[0]?.view;

    await change(`failures = 1, last_failure = 'timeout'`);
    const first = await seen('failing');
    expect(first).toMatchObject({ id, lastFailure: 'timeout', failures: 1, lastFailureAt: expect.any(String) });
    await change(`due_at = now()`);
    expect((await seen('failing'))?.lastFailureAt).toBe(first?.lastFailureAt);
    await change(`failures = 2`);
    expect(Date.parse((await seen('failing'))?.lastFailureAt ?? '')).toBeGreaterThan(Date.parse(first?.lastFailureAt ?? ''));
    await change(`failures = 0, last_failure = NULL`);
    expect(await seen('failing')).toBeUndefined();
    expect(await seen('active')).toMatchObject({ id, lastFailureAt: null });
    await change(`status = 'reconnect_required', reason = 'invalid_grant'`);
    expect(await seen('reconnect_required')).toMatchObject({ id });
    await change(`status = 'active', reason = NULL, consented_at = now()`);
    const later = await storedGrant(pool, one, ago(1));
    expect(await search({}, one)).toEqual([id, later.id]);
    await change(`status = 'ended', reason = 'signed_out', hand_out = NULL, refresh_token = NULL`);
    expect(await seen('ended')).toMatchObject({ id });
    await pool.query('DELETE FROM "grant" WHERE id = $1', [id]);
    expect(await seen('ended')).toBeUndefined();
  });

  it('is walked page by page: each once, none twice, also where many consented at one instant and others end', async () => {
    const many = await storedProfile(pool);
    const same = { consented_at: '2026-01-01T00:00:00.123456Z' };
    const ids = await Promise.all(Array.from({ length: 25 }, (_, n) => storedGrant(pool, many, n < 12 ? same : ago(n))));
    const walked: string[] = [];
    for (let after: GrantPlace | null = null; ; ) {
      const page: PlacedGrant[] = await searchGrants(pool, many.assistantId, {}, after, 10);
      walked.push(...page.map(({ view }) => view.id));
      if (page.length < 10) break;
      after = page.at(-1)?.place ?? null;
      await pool.query(`UPDATE "grant" SET status = 'ended', hand_out = NULL, refresh_token = NULL WHERE id = $1`, [walked[0]]);
    }
    expect(walked.slice().sort()).toEqual(ids.map(({ id }) => id).sort());
    expect(walked.slice(13).sort()).toEqual(
      ids
        .slice(0, 12)
        .map(({ id }) => id)
        .sort(),
    );
  });
});
