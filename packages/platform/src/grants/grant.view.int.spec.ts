import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { inSeconds, type StoredProfile, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { findGrant, listUserGrants, type UserGrants } from './grant.view.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
let sibling: StoredProfile;
let foreign: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
  profile = await storedProfile(pool, { definition: JSON.stringify({ identityProvider: 'Example' }) });
  sibling = await storedProfile(pool, { assistant_id: profile.assistantId });
  foreign = await storedProfile(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const list = async (asked: Partial<UserGrants> & { user: string }): Promise<string[]> =>
  (await listUserGrants(pool, { assistantId: profile.assistantId, profiles: null, afterId: null, limit: 100, ...asked })).map(
    ({ id }) => id,
  );

describe('the grants of a user', () => {
  it('shows one as it stands, without its tokens', async () => {
    const { id, user } = await storedGrant(pool, profile, {
      scope: 'read write',
      last_failure: 'http_503',
      tenant: 'acme',
      version: 3,
      failures: 2,
      refresh_ends_at: '2030-01-01Z',
      due_at: '2029-01-01Z',
      used_on: '2026-11-01',
      subject: 'ada@provider.example',
    });
    const [view] = await listUserGrants(pool, {
      assistantId: profile.assistantId,
      user,
      profiles: null,
      afterId: null,
      limit: 1,
    });
    expect(view).toEqual({
      id,
      user,
      assistantId: profile.assistantId,
      profileId: profile.id,
      profileName: profile.name,
      identityProvider: 'Example',
      tenant: 'acme',
      account: 'default',
      accountLabel: 'ada@provider.example',
      status: 'active',
      reason: null,
      tokenVersion: 3,
      scopes: ['read', 'write'],
      expiresAt: expect.stringMatching(/Z$/),
      refreshTokenEndsAt: '2030-01-01T00:00:00.000Z',
      consentedAt: expect.stringMatching(/Z$/),
      endedAt: null,
      dueAt: '2029-01-01T00:00:00.000Z',
      lastFailure: 'http_503',
      lastFailureAt: expect.stringMatching(/Z$/),
      failures: 2,
      lastUsedOn: '2026-11-01',
      otherAccountUntil: null,
    });
    expect(await findGrant(pool, id, null, null)).toEqual(view);
  });

  it('are those that live, of one assistant and of the profiles a key is limited to; never ended or held ones', async () => {
    const user = 'list@example.com';
    const active = (await storedGrant(pool, profile, { user_id: user })).id;
    const lost = (
      await storedGrant(pool, sibling, { user_id: user, status: 'reconnect_required', reason: 'invalid_grant', expires_at: null })
    ).id;
    await storedGrant(pool, profile, {
      user_id: user,
      status: 'ended',
      reason: 'signed_out',
      hand_out: null,
      refresh_token: null,
    });
    const held = (await storedGrant(pool, profile, { user_id: user, status: 'held' })).id;
    const theirs = (await storedGrant(pool, foreign, { user_id: user })).id;

    expect(await list({ user })).toEqual([active, lost].sort());
    expect(await list({ user, profiles: [sibling.id] })).toEqual([lost]);
    expect(await list({ user, profiles: [] })).toEqual([]);
    expect(await list({ user: 'LIST@example.com' })).toEqual([]);

    expect(await findGrant(pool, held, null, null)).toBeNull();
    expect(await findGrant(pool, theirs, profile.assistantId, null)).toBeNull();
    expect(await findGrant(pool, active, profile.assistantId, [sibling.id])).toBeNull();
    expect((await findGrant(pool, active, profile.assistantId, [profile.id]))?.id).toBe(active);
  });

  it('is walked page by page: each once, none twice, also while others come and go', async () => {
    const many = await storedProfile(pool);
    const ids = (
      await Promise.all(Array.from({ length: 25 }, () => storedGrant(pool, many, { user_id: 'many', account: randomUUID() })))
    )
      .map(({ id }) => id)
      .sort();
    const walked: string[] = [];
    for (let afterId: string | null = null; ; ) {
      const page = await list({ assistantId: many.assistantId, user: 'many', afterId, limit: 10 });
      walked.push(...page);
      if (page.length < 10) break;
      afterId = page.at(-1) ?? null;
      await pool.query(`UPDATE "grant" SET status = 'ended', hand_out = NULL, refresh_token = NULL WHERE id = $1`, [walked[0]]);
    }
    expect(walked).toEqual(ids);
  });

  it('are joined by what serves everyone, as long as its profile is granted to everyone', async () => {
    const shared = await storedProfile(pool, { definition: JSON.stringify({ grantedTo: 'everyone' }) });
    const { id } = await storedGrant(pool, shared, { user_id: '' });
    expect(await list({ assistantId: shared.assistantId, user: 'anyone' })).toEqual([id]);
    await pool.query(`UPDATE profile SET definition = '{}' WHERE id = $1`, [shared.id]);
    expect(await list({ assistantId: shared.assistantId, user: 'anyone' })).toEqual([]);
  });

  it('says null for an end that nobody knows', async () => {
    const { id } = await storedGrant(pool, profile, { expires_at: null, issued_at: inSeconds(0) });
    expect(await findGrant(pool, id, null, null)).toMatchObject({ expiresAt: null, scopes: [], tenant: null });
  });
});
