import { randomBytes, randomUUID } from 'node:crypto';
import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';
import { mayBecome } from '@grantkeeper/core/authorizations/authorization-states';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  asWorker,
  columnOf,
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { createPool } from '../database/pool.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { closeOpenAuthorizations, openStates } from './close-authorizations.js';
import { expireAuthorizations } from './expire-authorizations.js';

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

const secrets = () => ({
  code: randomBytes(9),
  code_verifier: randomBytes(9),
  state_hash: randomBytes(32),
  confirmation_code: randomBytes(9),
  return_handle_hash: randomBytes(32),
});
const forgotten = { code: null, code_verifier: null, state_hash: null, confirmation_code: null, return_handle_hash: null };
const given = (state: AuthorizationState, columns: object = {}) =>
  storedAuthorization(pool, profile, { state, ...secrets(), ...columns });
const rowOf = async (id: string): Promise<Record<string, unknown>> =>
  (await pool.query('SELECT * FROM "authorization" WHERE id = $1', [id])).rows[0];
const eventsOf = async (id: string): Promise<string[]> =>
  (await pool.query('SELECT type FROM event WHERE stream = $1 ORDER BY id', [`authorization-${id}`])).rows.map(
    ({ type }) => type,
  );
const underWay = (seconds: number) => ({ attempt: randomUUID(), sent_at: inSeconds(seconds) });

describe('an authorization that ran out of time', () => {
  it.each<[AuthorizationState, object, AuthorizationState]>([
    ['waiting', { expires_at: inSeconds(-1) }, 'expired'],
    ['consenting', { expires_at: inSeconds(-1) }, 'expired'],
    ['awaiting_verifier', { return_expires_at: inSeconds(-1) }, 'expired'],
    ['confirming', { confirm_expires_at: inSeconds(-1), expires_at: inSeconds(-1) }, 'expired'],
    ['code_received', { code_received_at: inSeconds(-601) }, 'expired'],
    ['exchanging', underWay(-31), 'outcome_unknown'],
  ])('in %s ends, and what was secret about it is forgotten', async (state, columns, becomes) => {
    expect(mayBecome(state, becomes)).toBe(true);
    const id = await given(state, columns);
    await expireAuthorizations(unitOfWork);
    expect(await rowOf(id)).toMatchObject({ state: becomes, ...forgotten, ended_at: expect.any(Date) });
    expect(await eventsOf(id)).toEqual([
      becomes === 'expired' ? 'authorizations.expired.v1' : 'authorizations.outcome-unknown.v1',
    ]);
  });

  it.each<[AuthorizationState, object]>([
    ['waiting', { expires_at: inSeconds(30) }],
    ['consenting', { expires_at: inSeconds(30) }],
    ['awaiting_verifier', { return_expires_at: inSeconds(30), expires_at: inSeconds(-30) }],
    ['confirming', { confirm_expires_at: inSeconds(30), expires_at: inSeconds(-30) }],
    ['exchanging', { ...underWay(-25), expires_at: inSeconds(-30) }],
    ['code_received', { expires_at: inSeconds(-30), code_received_at: inSeconds(-590) }],
    ['consented', { expires_at: inSeconds(-30) }],
  ])('does not end in %s before that', async (state, columns) => {
    const id = await given(state, columns);
    await expireAuthorizations(unitOfWork);
    expect((await rowOf(id)).state).toBe(state);
    expect(await eventsOf(id)).toEqual([]);
  });

  it('keeps its mark when the exchange was not answered for 30 s, so that a late answer heals it', async () => {
    const mark = underWay(-31);
    const id = await given('exchanging', mark);
    await expireAuthorizations(unitOfWork);
    expect((await rowOf(id)).attempt).toBe(mark.attempt);
    expect(mayBecome('outcome_unknown', 'consented')).toBe(true);
  });

  it('ends with the grant that was held for it, whose tokens are revoked', async () => {
    const held = await storedGrant(pool, profile, { status: 'held' });
    const id = await given('confirming', { confirm_expires_at: inSeconds(-1), held_grant_id: held.id });
    await expireAuthorizations(unitOfWork);
    expect(await rowOf(id)).toMatchObject({ state: 'expired', held_grant_id: null });
    expect(await columnOf(pool, 'grant', held.id, 'status')).toBe('ended');
    expect((await pool.query('SELECT state, hand_out FROM revocation WHERE grant_id = $1', [held.id])).rows).toEqual([
      { state: 'pending', hand_out: held.handOut },
    ]);
  });

  it('ends once, whichever of several sweepers comes first', async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => given('waiting', { expires_at: inSeconds(-1) })));
    await Promise.all(Array.from({ length: 4 }, () => expireAuthorizations(unitOfWork)));
    await expireAuthorizations(unitOfWork);
    for (const id of ids) expect(await eventsOf(id)).toEqual(['authorizations.expired.v1']);
  });
});

describe('closing what is open', () => {
  const close = (which: { user?: string; account?: string }) =>
    asWorker(unitOfWork, (transaction) => closeOpenAuthorizations(transaction, { profileId: profile.id, ...which }));

  it.each([...openStates])('ends one in %s as abandoned: no mark, no secret, no held grant', async (state) => {
    const held = await storedGrant(pool, profile, { status: 'held' });
    const id = await given(state, { ...underWay(-1), held_grant_id: held.id });
    const user = (await rowOf(id)).user_id as string;
    expect(mayBecome(state, 'abandoned')).toBe(true);
    await close({ user, account: 'default' });
    expect(await rowOf(id)).toMatchObject({
      state: 'abandoned',
      ...forgotten,
      attempt: null,
      held_grant_id: null,
      ended_at: expect.any(Date),
    });
    expect(await eventsOf(id)).toEqual(['authorizations.abandoned.v1']);
    expect(await columnOf(pool, 'grant', held.id, 'status')).toBe('ended');
  });

  it('takes an unknown outcome its mark, so that a late answer no longer makes a grant; its state stays, and is told to nobody', async () => {
    const id = await given('outcome_unknown', { ...underWay(-40), ended_at: inSeconds(-10) });
    const { user_id: user, ended_at: endedAt } = await rowOf(id);
    await close({ user: user as string, account: 'default' });
    expect(await rowOf(id)).toMatchObject({ state: 'outcome_unknown', attempt: null, ended_at: endedAt });
    expect(await eventsOf(id)).toEqual([]);
  });

  it('leaves those of others, and those that are over', async () => {
    const id = await given('waiting');
    const user = (await rowOf(id)).user_id as string;
    const others = [
      await given('waiting'),
      await given('waiting', { user_id: user, account: 'other' }),
      await given('denied', { user_id: user }),
    ];
    await close({ user, account: 'default' });
    expect((await rowOf(id)).state).toBe('abandoned');
    expect(await Promise.all(others.map(async (other) => (await rowOf(other)).state))).toEqual(['waiting', 'waiting', 'denied']);
  });

  it('finds them by an index, however many are over', async () => {
    const id = await given('denied');
    await pool.query(
      `INSERT INTO "authorization" SELECT (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), 'user_id', 'copy ' || n, 'state_hash', NULL))).* FROM "authorization" a, generate_series(1, 20000) n WHERE a.id = $1`,
      [id],
    );
    await pool.query('ANALYZE "authorization"');
    const plans: string[] = [];
    await asWorker(unitOfWork, async (transaction) => {
      const query = async (text: string, values: unknown[]) => {
        plans.push((await transaction.sql.query(`EXPLAIN ${text}`, values)).rows.map((row) => row['QUERY PLAN']).join('\n'));
        return transaction.sql.query(text, values);
      };
      await closeOpenAuthorizations(
        { ...transaction, sql: { query } as never },
        { profileId: profile.id, user: 'copy 7', account: 'default' },
      );
    });
    expect(plans[0]).toMatch(/Index/);
    expect(plans[0]).not.toMatch(/Seq Scan on "?authorization/);
  });
});
