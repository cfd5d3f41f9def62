import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { asWorker, inSeconds, type StoredProfile, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { createPool } from '../database/pool.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type EndedGrant, endGrantsIn, endHeld } from './end-grants.js';
import { revocationState, settleRevocation } from './revocations.js';

let database: FreshDatabase;
let pool: pg.Pool;
let dataSource: DataSource;
let unitOfWork: UnitOfWork;
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
  dataSource = await createDataSource(database.url, [], 12).initialize();
  unitOfWork = new UnitOfWork(dataSource, () => undefined);
  profile = await storedProfile(pool);
});
afterAll(async () => {
  await Promise.all([pool.end(), dataSource.destroy()]);
  await database.drop();
});

const end = (...ids: string[]): Promise<EndedGrant[]> =>
  asWorker(unitOfWork, (transaction) => endGrantsIn(transaction, ids, 'signed_out'));
const rowsOf = async (table: string, column: string, id: string): Promise<Record<string, unknown>[]> =>
  (await pool.query(`SELECT * FROM "${table}" WHERE ${column} = $1`, [id])).rows;

describe('ending a grant', () => {
  it('moves its sealed tokens as they are to be revoked, and leaves none and no mark behind', async () => {
    const refreshToken = randomBytes(30);
    const grant = await storedGrant(pool, profile, {
      version: 4,
      refresh_token: refreshToken,
      attempt: randomUUID(),
      sent_at: inSeconds(-1),
      sends: 1,
      due_at: inSeconds(-1),
      queued_until: inSeconds(4),
      origins: ['https://a.example', 'https://b.example'],
    });
    const [ended] = await end(grant.id);
    expect(ended).toEqual({
      grantId: grant.id,
      assistantId: profile.assistantId,
      profileId: profile.id,
      version: 5,
      revocationId: expect.any(String),
    });
    expect(await rowsOf('revocation', 'grant_id', grant.id)).toEqual([
      expect.objectContaining({
        id: ended?.revocationId,
        state: 'pending',
        hand_out: grant.handOut,
        refresh_token: refreshToken,
        origins: ['https://a.example', 'https://b.example'],
      }),
    ]);
    expect(await rowsOf('grant', 'id', grant.id)).toEqual([
      expect.objectContaining({
        status: 'ended',
        reason: 'signed_out',
        version: 5,
        hand_out: null,
        refresh_token: null,
        attempt: null,
        sent_at: null,
        sends: 0,
        due_at: null,
        queued_until: null,
        ended_at: expect.any(Date),
      }),
    ]);
    const [event] = await rowsOf('event', 'stream', `grant-${grant.id}`);
    expect(event).toMatchObject({
      type: 'grants.ended.v1',
      payload: { grantId: grant.id, profileId: profile.id, version: 5, reason: 'signed_out', revocationId: ended?.revocationId },
    });
    expect((await pool.query(`SELECT name FROM job WHERE payload->>'revocationId' = $1`, [ended?.revocationId])).rows).toEqual([
      { name: 'grants.revoke-upstream' },
    ]);
  });

  it('twice ends it once, also at once', async () => {
    const grant = await storedGrant(pool, profile);
    const ended = (await Promise.all(Array.from({ length: 8 }, () => end(grant.id)))).flat();
    expect(ended).toHaveLength(1);
    expect(await end(grant.id)).toEqual([]);
    expect(await rowsOf('revocation', 'grant_id', grant.id)).toHaveLength(1);
    expect(await rowsOf('event', 'stream', `grant-${grant.id}`)).toHaveLength(1);
  });

  it('of many in any order, by several at once, never waits in a circle', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, async () => (await storedGrant(pool, profile)).id));
    const orders = [ids, [...ids].reverse(), [...ids].sort(), [...ids.slice(20), ...ids.slice(0, 20)]];
    const ended = (await Promise.all(orders.map((order) => end(...order)))).flat();
    expect(ended.map(({ grantId }) => grantId).sort()).toEqual([...ids].sort());
  });

  it('that was held, or that needs its person, ends it as well; of none asks nothing', async () => {
    const [held, waiting] = [
      await storedGrant(pool, profile, { status: 'held' }),
      await storedGrant(pool, profile, { status: 'reconnect_required', reason: 'invalid_grant' }),
    ];
    await asWorker(unitOfWork, (transaction) => endHeld(transaction, [held.id]));
    expect(await rowsOf('grant', 'id', held.id)).toEqual([expect.objectContaining({ status: 'ended', reason: 'not_confirmed' })]);
    expect(await end(waiting.id)).toHaveLength(1);
    expect(await end()).toEqual([]);
  });

  it('frees its place for a new consent, under a new id', async () => {
    const { id, user } = await storedGrant(pool, profile);
    await expect(storedGrant(pool, profile, { user_id: user })).rejects.toMatchObject({ constraint: 'grant_one_living' });
    await end(id);
    expect((await storedGrant(pool, profile, { user_id: user })).id).not.toBe(id);
  });
});

describe('a revocation', () => {
  it.each(['revoked', 'forgotten'] as const)('that is %s keeps no token, tells once, and stays as it is', async (outcome) => {
    const [ended] = await end((await storedGrant(pool, profile)).id);
    const { revocationId, grantId } = ended as EndedGrant;
    expect(await revocationState(pool, revocationId)).toBe('pending');
    await settleRevocation(unitOfWork, 'test', revocationId, outcome);
    await settleRevocation(unitOfWork, 'test', revocationId, outcome === 'revoked' ? 'forgotten' : 'revoked');
    expect(await revocationState(pool, revocationId)).toBe(outcome);
    expect(await rowsOf('revocation', 'id', revocationId)).toEqual([
      expect.objectContaining({ hand_out: null, refresh_token: null }),
    ]);
    const events = (await rowsOf('event', 'stream', `grant-${grantId}`)).filter(
      ({ type }) => type === 'grants.revoked-upstream.v1',
    );
    expect(events).toEqual([expect.objectContaining({ payload: { grantId, profileId: profile.id, revocationId, outcome } })]);
  });

  it('that went with its profile was settled before', async () =>
    expect(await revocationState(pool, randomUUID())).toBe('forgotten'));
});
