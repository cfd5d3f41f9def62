import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { inSeconds, type StoredProfile, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { DeferRefreshes, type Deferral } from './defer-refreshes.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
let deferring: DeferRefreshes;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
  profile = await storedProfile(pool);
  deferring = new DeferRefreshes(pool);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const due = async (columns: object = {}): Promise<string> =>
  (await storedGrant(pool, profile, { due_at: inSeconds(-1), queued_until: inSeconds(5), ...columns })).id;
const defer = (grantId: string, change: Partial<Deferral> = {}) =>
  deferring.defer({ grantId, version: 1, seconds: 40, closedBy: null, ...change });

async function row(id: string): Promise<Record<string, unknown>> {
  const { rows } = await pool.query(
    `SELECT failures, last_failure, attempt, sends, round(extract(epoch FROM due_at - now()))::int AS due, round(extract(epoch FROM queued_until - now()))::int AS queued
     FROM "grant" WHERE id = $1`,
    [id],
  );
  return rows[0];
}

describe('a refresh that is put off', () => {
  it('stays due and is queued later where others are before it', async () => {
    const id = await due();
    await defer(id);
    expect(await row(id)).toMatchObject({ due: -1, queued: 40, failures: 0, last_failure: null });
  });

  it('is due later, and says why, where the gate is closed; an older failure stays its word', async () => {
    const [clean, failed] = [await due(), await due({ failures: 2, last_failure: 'http_503' })];
    await Promise.all([defer(clean, { closedBy: 'breaker_open' }), defer(failed, { closedBy: 'rate_limited' })]);
    expect(await row(clean)).toMatchObject({ due: 40, queued: null, failures: 0, last_failure: 'breaker_open' });
    expect(await row(failed)).toMatchObject({ due: 40, queued: null, failures: 2, last_failure: 'http_503' });
  });

  it('leaves no trace of a flight, and no event', async () => {
    const attempt = randomUUID();
    const id = await due({ attempt, sent_at: inSeconds(-31), sends: 1 });
    await defer(id, { closedBy: 'breaker_open' });
    expect(await row(id)).toMatchObject({ attempt, sends: 1, due: 40 });
    expect((await pool.query('SELECT FROM event')).rowCount).toBe(0);
  });

  it.each([
    ['has been refreshed meanwhile', { version: 2 }],
    ['is no longer due', { due_at: inSeconds(100) }],
    ['needs its person', { status: 'reconnect_required', reason: 'invalid_grant' }],
  ])('is left as it is where it %s', async (_what, columns) => {
    const id = await due(columns);
    const before = await row(id);
    await defer(id, { closedBy: 'breaker_open' });
    expect(await row(id)).toEqual(before);
  });

  it('costs one statement for many', async () => {
    let statements = 0;
    const query = (what: never) => {
      statements += 1;
      return pool.query(what);
    };
    const counting = new DeferRefreshes({ query } as unknown as pg.Pool);
    const ids = await Promise.all(Array.from({ length: 50 }, () => due()));
    await Promise.all(ids.map((grantId) => counting.defer({ grantId, version: 1, seconds: 9, closedBy: null })));
    expect(statements).toBe(1);
    for (const id of ids) expect(await row(id)).toMatchObject({ queued: 9 });
  });
});
