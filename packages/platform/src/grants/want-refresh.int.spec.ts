import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { columnOf, inSeconds, type StoredProfile, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import type { JobRow } from '../outbox/outbox.js';
import { type RefreshWish, RefreshWishes } from './want-refresh.js';

let database: FreshDatabase;
let pools: [pg.Pool, pg.Pool];
let pool: pg.Pool;
let published: JobRow[];
let wishes: [RefreshWishes, RefreshWishes];
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pools = [createPool(database.url, 5), createPool(database.url, 5)];
  [pool] = pools;
  profile = await storedProfile(pool);
});
beforeEach(() => {
  published = [];
  const publish = (jobs: JobRow[]): void => void published.push(...jobs);
  wishes = [new RefreshWishes(pools[0], publish), new RefreshWishes(pools[1], publish)];
});
afterAll(async () => {
  await Promise.all(pools.map((one) => one.end()));
  await database.drop();
});

const wish = (grantId: string, change: Partial<RefreshWish> = {}): RefreshWish => ({
  grantId,
  version: 1,
  refused: false,
  actor: 'runtime:one',
  correlationId: 'asked',
  ...change,
});
const given = async (columns: object = {}): Promise<string> => (await storedGrant(pool, profile, columns)).id;
const jobsOf = async (id: string): Promise<unknown[]> =>
  (await pool.query(`SELECT payload FROM job WHERE payload->>'grantId' = $1`, [id])).rows.map(({ payload }) => payload);
const wants = (grantId: string, change: Partial<RefreshWish> = {}) => wishes[0].want(wish(grantId, change));

describe('wishing for a newer token', () => {
  it('makes the grant due now, with its event and job, trusted to the queue for 5 s', async () => {
    const id = await given();
    expect(await wants(id)).toBe('wanted');
    expect(await jobsOf(id)).toEqual([{ grantId: id, version: 1 }]);
    expect(published).toMatchObject([{ name: 'grants.refresh', payload: { grantId: id, version: 1 }, correlationId: 'asked' }]);
    const { rows } = await pool.query('SELECT type, actor, correlation_id FROM event WHERE stream = $1', [`grant-${id}`]);
    expect(rows).toEqual([{ type: 'grants.refresh-wanted.v1', actor: 'runtime:one', correlation_id: 'asked' }]);
    expect(await columnOf(pool, 'grant', id, `due_at <= now() AND queued_until BETWEEN now() AND now() + interval '5 s'`)).toBe(
      true,
    );
    expect(await columnOf(pool, 'grant', id, 'refused_at')).toBeNull();
  });

  it('queues one refresh for 50 wishes from two processes, and says to each that it is wanted or to read again', async () => {
    const id = await given();
    const outcomes = await Promise.all(Array.from({ length: 50 }, (_, index) => wishes[index % 2 === 0 ? 0 : 1].want(wish(id))));
    expect(outcomes).toContain('wanted');
    expect(await jobsOf(id)).toHaveLength(1);
    expect(published).toHaveLength(1);
    expect(await Promise.all([wants(id), wishes[1].want(wish(id))])).toEqual(['wanted', 'wanted']);
    expect(await jobsOf(id)).toHaveLength(1);
  });

  it('queues one refresh for each of many grants wished for at once, in any order, from two processes', async () => {
    const ids = await Promise.all(Array.from({ length: 60 }, () => given()));
    await Promise.all([
      ...ids.map((id) => wishes[0].want(wish(id))),
      ...[...ids].reverse().map((id) => wishes[1].want(wish(id))),
    ]);
    for (const id of ids) expect(await jobsOf(id)).toHaveLength(1);
  });

  it('queues again what a queue has not brought to a worker in time', async () => {
    const id = await given({ due_at: inSeconds(-10), queued_until: inSeconds(-1) });
    expect(await wants(id)).toBe('wanted');
    expect(await jobsOf(id)).toHaveLength(1);
  });

  it.each<[string, object]>([
    ['the version is no longer current', { version: 2 }],
    ['the grant needs its person', { status: 'reconnect_required', reason: 'invalid_grant' }],
    ['the grant has ended', { status: 'ended', hand_out: null, refresh_token: null }],
    ['the grant is held', { status: 'held' }],
    ['failures hold the refresh back', { due_at: inSeconds(20), failures: 2, last_failure: 'http_503' }],
    ['the gate of its provider is closed', { due_at: inSeconds(20), last_failure: 'breaker_open' }],
    ['the token is valid and there is no refresh token', { refresh_token: null }],
  ])('changes nothing and says to read again where %s', async (_what, columns) => {
    const id = await given(columns);
    expect(await wants(id)).toBe('moved');
    expect(await jobsOf(id)).toEqual([]);
    expect(await columnOf(pool, 'grant', id, 'queued_until')).toBeNull();
  });

  it('of a grant that is not there says to read again', async () => expect(await wants(randomUUID())).toBe('moved'));

  it('waits with the others where the refresh is queued or under way', async () => {
    for (const columns of [
      { due_at: inSeconds(-1), queued_until: inSeconds(4), wanted_until: inSeconds(4) },
      { due_at: inSeconds(-1), attempt: randomUUID(), sent_at: inSeconds(-2) },
    ]) {
      const id = await given(columns);
      expect(await wants(id)).toBe('wanted');
      expect(await jobsOf(id)).toEqual([]);
    }
  });

  it('makes a grant due now whose refresh before expiry lies ahead', async () => {
    const id = await given({ due_at: inSeconds(600) });
    expect(await wants(id)).toBe('wanted');
    expect(await columnOf(pool, 'grant', id, 'due_at <= now()')).toBe(true);
    expect(await jobsOf(id)).toHaveLength(1);
  });

  it('overtakes, once, a refresh that the sweeper has queued where nobody waits', async () => {
    const id = await given({ due_at: inSeconds(-1), queued_until: inSeconds(4) });
    expect(await Promise.all([wants(id), wishes[1].want(wish(id))])).toContain('wanted');
    expect(await wants(id)).toBe('wanted');
    expect(published.map(({ name }) => name)).toEqual(['grants.refresh']);
    expect(await jobsOf(id)).toHaveLength(1);
  });

  it('notes the day', async () => {
    const id = await given({ used_on: '2020-01-01' });
    await wants(id);
    expect(await columnOf(pool, 'grant', id, 'used_on = current_date')).toBe(true);
  });

  it('asks a worker to say that a token without a refresh token has ended, once it has: nobody would otherwise', async () => {
    const id = await given({ refresh_token: null, issued_at: inSeconds(-60), expires_at: inSeconds(-1) });
    expect(await wants(id)).toBe('wanted');
    expect(await jobsOf(id)).toHaveLength(1);
  });

  it('does not wait for whoever has locked the grant', async () => {
    const id = await given();
    await inTransaction(pools[1], async (client) => {
      await client.query('SELECT FROM "grant" WHERE id = $1 FOR UPDATE', [id]);
      expect(await wants(id)).toBe('moved');
    });
    expect(await wants(id)).toBe('wanted');
  });

  it('notes a refusal, also where another wish for the same version came first', async () => {
    const id = await given();
    await Promise.all([wants(id), wants(id, { refused: true })]);
    expect(await columnOf(pool, 'grant', id, `refused_at > now() - interval '5 s'`)).toBe(true);
  });

  it('by an operator does not wait until failures have held it back long enough, but leaves an unknown outcome its time', async () => {
    const [failing, unknown] = [
      await given({ due_at: inSeconds(300), failures: 4 }),
      await given({ due_at: inSeconds(300), failures: 1, attempt: randomUUID(), sent_at: inSeconds(-40) }),
    ];
    expect(await wants(failing, { urged: true })).toBe('wanted');
    expect(await wants(unknown, { urged: true })).toBe('moved');
    expect([await jobsOf(failing), await jobsOf(unknown)].map(({ length }) => length)).toEqual([1, 0]);
  });
});
