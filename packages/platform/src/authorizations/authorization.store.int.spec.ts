import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  columnOf,
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { insertAuthorization, keepCode, keepCodeForVerifier, lockAuthorization, takeState } from './authorization.store.js';
import { findAuthorization, findBoundTo } from './authorization.view.js';
import { keepCallbackForm, takeCallbackForm } from './callback-form.store.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 20);
  profile = await storedProfile(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const consenting = (columns: Record<string, unknown> = {}) =>
  storedAuthorization(pool, profile, { state: 'consenting', browser_hash: randomBytes(32), ...columns });
const all = <T>(count: number, work: () => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: count }, work));

describe('a state', () => {
  it('is taken once, however many come with it at the same time', async () => {
    const stateHash = randomBytes(32);
    const id = await consenting({ state_hash: stateHash });
    const taken = await all(50, () => takeState(pool, profile.id, stateHash, null));
    expect(taken.flatMap((one) => one?.id ?? [])).toEqual([id]);
  });

  it.each([
    ['at another profile', {}, randomUUID()],
    ['after its time', { expires_at: inSeconds(-1) }, null],
    ['of an authorization that has moved on', { state: 'code_received' }, null],
  ])('is not taken %s, and not used up by the try', async (_, columns, profileId) => {
    const stateHash = randomBytes(32);
    const id = await consenting({ state_hash: stateHash, ...columns });
    expect(await takeState(pool, profileId ?? profile.id, stateHash, null)).toBeNull();
    expect(await columnOf(pool, 'authorization', id, 'state_hash')).toEqual(stateHash);
  });

  it('leaves its callback under way, for a moment, only where the browser that began brought it', async () => {
    const browserHash = randomBytes(32);
    const taken = async (by: Buffer | null) => {
      const stateHash = randomBytes(32);
      const id = await consenting({ state_hash: stateHash, browser_hash: browserHash });
      const before = await lockAuthorization(pool, id);
      const after = await takeState(pool, profile.id, stateHash, by);
      return { id, underWay: [before?.callbackUnderWay, after?.callbackUnderWay] };
    };
    expect((await taken(null)).underWay).toEqual([false, false]);
    expect((await taken(randomBytes(32))).underWay).toEqual([false, false]);
    const { id, underWay } = await taken(browserHash);
    expect(underWay).toEqual([false, true]);
    await pool.query(`UPDATE "authorization" SET code_received_at = now() - interval '6 s' WHERE id = $1`, [id]);
    expect(await lockAuthorization(pool, id)).toMatchObject({ callbackUnderWay: false });
  });
});

describe('a code', () => {
  it('is kept once, and not after the browser has started over', async () => {
    const code = randomBytes(20);
    const id = await consenting();
    expect((await all(10, () => keepCode(pool, id, code))).filter(Boolean)).toHaveLength(1);
    const startedOver = await consenting({ state_hash: randomBytes(32) });
    expect(await keepCode(pool, startedOver, code)).toBe(false);
    expect(await keepCodeForVerifier(pool, startedOver, code, randomBytes(32))).toBe(false);
    expect(await columnOf(pool, 'authorization', startedOver, 'code')).toBeNull();
  });
});

describe('an open authorization', () => {
  it('is the only one of its profile, user and account', async () => {
    const key = { profileId: profile.id, user: 'same', tenant: '', account: 'default' };
    const parts = {
      assistantId: profile.assistantId,
      identityCheck: 'code',
      askHash: randomBytes(32),
      displayName: null,
      returnUrl: null,
      verifierChallenge: null,
      inputs: null,
    } as const;
    const added = await all(20, () =>
      insertAuthorization(pool, { ...key, ...parts, id: randomUUID(), runtimeKeyId: randomUUID(), correlationId: 'one' }),
    );
    expect(added.filter((one) => one !== null)).toHaveLength(1);
    const seconds = await pool.query(
      `SELECT extract(epoch FROM expires_at - created_at)::int AS lives FROM "authorization" WHERE user_id = 'same'`,
    );
    expect(seconds.rows).toEqual([{ lives: 600 }]);
  });

  it('reads as expired from its end on, before any sweep, and only to its own assistant and key', async () => {
    const id = await storedAuthorization(pool, profile, { expires_at: inSeconds(-1) });
    expect(await findAuthorization(pool, id, profile.assistantId, null)).toMatchObject({ id, status: 'expired' });
    expect(await findAuthorization(pool, id, profile.assistantId, [profile.id])).not.toBeNull();
    expect(await findAuthorization(pool, id, profile.assistantId, [randomUUID()])).toBeNull();
    expect(await findAuthorization(pool, id, randomUUID(), null)).toBeNull();
  });

  it('is found by the browser that began it, at its own profile, for half an hour', async () => {
    const browserHash = randomBytes(32);
    await consenting({ browser_hash: browserHash, created_at: inSeconds(-1801) });
    expect(await findBoundTo(pool, profile.id, browserHash)).toBeNull();
    await consenting({ browser_hash: browserHash, created_at: inSeconds(-60) });
    const latest = await consenting({ browser_hash: browserHash });
    expect(await findBoundTo(pool, profile.id, browserHash)).toEqual({ id: latest });
    expect(await findBoundTo(pool, randomUUID(), browserHash)).toBeNull();
  });
});

describe('a posted callback', () => {
  const form = (stateHash: Buffer, handleHash = randomBytes(32)) => ({
    id: randomUUID(),
    assistantId: profile.assistantId,
    profileId: profile.id,
    sealed: randomBytes(40),
    handleHash,
    stateHash,
  });

  it('is kept only while its state is awaited', async () => {
    const stateHash = randomBytes(32);
    await consenting({ state_hash: stateHash });
    expect(await keepCallbackForm(pool, form(stateHash))).toBe(true);
    expect(await keepCallbackForm(pool, form(randomBytes(32)))).toBe(false);
  });

  it('is fetched once, at its own profile, within a minute', async () => {
    const stateHash = randomBytes(32);
    await consenting({ state_hash: stateHash });
    const [one, late] = [form(stateHash), form(stateHash)];
    await keepCallbackForm(pool, one);
    await keepCallbackForm(pool, late);
    await pool.query(`UPDATE callback_form SET expires_at = now() - interval '1 s' WHERE id = $1`, [late.id]);
    expect(await takeCallbackForm(pool, randomUUID(), one.handleHash)).toBeNull();
    const taken = await all(10, () => takeCallbackForm(pool, profile.id, one.handleHash));
    expect(taken.flatMap((kept) => kept?.sealed ?? [])).toEqual([one.sealed]);
    expect(await takeCallbackForm(pool, profile.id, late.handleHash)).toBeNull();
  });
});
