import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { othersOver } from '@grantkeeper/tests/support/other-databases';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, type Sql } from '../database/pool.js';
import { refreshActivity } from '../refresh/refresh-activity.projection.js';
import { adoptRestoredEvents, applyProjection, rebuildProjection } from './apply-projection.js';
import { listProjections } from './projection.view.js';

let database: FreshDatabase;
let pool: pg.Pool;
const profileId = randomUUID();

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 8);
});
beforeEach(() => pool.query('TRUNCATE event, projection, refresh_activity'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const record = (sql: Sql, type = 'grants.refreshed.v1', more: object = {}) =>
  sql.query(`INSERT INTO event (stream, type, payload, actor, correlation_id) VALUES ('grant-x', $1, $2, 'worker', 'spec')`, [
    type,
    JSON.stringify({ profileId, ...more }),
  ]);
const recordMany = (count: number) =>
  pool.query(
    `INSERT INTO event (stream, type, payload, actor, correlation_id, at)
     SELECT 'grant-x', CASE WHEN n % 5 = 0 THEN 'grants.refresh-failed.v1' ELSE 'grants.refreshed.v1' END,
       jsonb_build_object('profileId', $2::text, 'failure', 'http_50' || n % 3), 'worker', 'spec', now() - n * interval '1 s' FROM generate_series(1, $1) n`,
    [count, profileId],
  );
const applyAll = async (): Promise<void> => {
  await othersOver(pool);
  while (await applyProjection(pool, refreshActivity));
};
const table = async () =>
  (await pool.query('SELECT minute, outcome, count, last_at FROM refresh_activity ORDER BY minute, outcome')).rows;
const counted = async (): Promise<number> =>
  (await pool.query<{ n: number }>('SELECT coalesce(sum(count), 0)::int AS n FROM refresh_activity')).rows[0]?.n ?? 0;

describe('a projection', () => {
  it('counts each event once, however often and by however many it is applied', async () => {
    await recordMany(3_500);
    await Promise.all([applyAll(), applyAll(), applyAll(), applyAll()]);
    await applyAll();
    expect(await counted()).toBe(3_500);
  });

  it('skips no event that is committed after one with a higher id', async () => {
    const late = await pool.connect();
    await late.query('BEGIN');
    await record(late);
    await record(pool);
    await applyAll();
    await late.query('COMMIT');
    late.release();
    await record(pool);
    await applyAll();
    expect(await counted()).toBe(3);
  });

  it('skips none of many that record at once while it is applied', async () => {
    let recording = true;
    const applying = (async () => {
      while (recording) await applyProjection(pool, refreshActivity);
    })();
    const writers = Array.from({ length: 5 }, async (_, writer) => {
      for (let n = 0; n < 40; n += 1) {
        const client = await pool.connect();
        await client.query('BEGIN');
        await record(client);
        if (n % 3 === writer % 3) await applyProjection(pool, refreshActivity); // while this one is still open
        await record(client);
        await client.query(n % 4 === 0 ? 'ROLLBACK' : 'COMMIT');
        client.release();
      }
    });
    await Promise.all(writers);
    recording = false;
    await applying;
    await applyAll();
    expect(await counted()).toBe(5 * 30 * 2);
  });

  it('rebuilt is what it was', async () => {
    await recordMany(2_345);
    await applyAll();
    const live = await table();
    expect(live.length).toBeGreaterThan(10);
    await pool.query('UPDATE refresh_activity SET count = count + 1');
    await rebuildProjection(pool, refreshActivity);
    expect(await table()).toEqual([]);
    expect(await listProjections(pool, [refreshActivity.name])).toMatchObject([{ state: 'rebuilding', behind: 2_345 }]);
    await applyAll();
    expect(await table()).toEqual(live);
    expect(await listProjections(pool, [refreshActivity.name])).toMatchObject([{ state: 'live', behind: 0, lagSeconds: 0 }]);
  });

  it('whose transaction fails is as it was, and takes the events the next time', async () => {
    await record(pool);
    await othersOver(pool);
    const failing = { ...refreshActivity, apply: () => Promise.reject(new Error('failed')) };
    await expect(applyProjection(pool, failing)).rejects.toThrow('failed');
    await applyAll();
    expect(await counted()).toBe(1);
  });

  it('tells failures by their name and refusals by their reason', async () => {
    await record(pool, 'grants.refresh-failed.v1', { failure: 'configuration:invalid_client' });
    await record(pool, 'grants.reconnect-required.v1', { reason: 'invalid_grant' });
    await record(pool, 'grants.consented.v1');
    await applyAll();
    expect((await table()).map(({ outcome }) => outcome)).toEqual(['configuration:invalid_client', 'invalid_grant']);
  });

  it('starts again where the store was restored into another PostgreSQL, whose transactions have other numbers', async () => {
    await recordMany(20);
    await applyAll();
    expect(await adoptRestoredEvents(pool, [refreshActivity])).toBe(false);
    await pool.query(`UPDATE setting SET value = '1' WHERE key = 'event_cluster'`);
    await pool.query('UPDATE projection SET applied_below = 9000000000000');
    await pool.query('UPDATE event SET tx = tx + 8000000000000');
    await record(pool);
    await applyAll();
    expect(await counted()).toBe(20); // nothing would ever be applied again

    expect(await adoptRestoredEvents(pool, [refreshActivity])).toBe(true);
    await applyAll();
    expect(await counted()).toBe(21);
    expect(await adoptRestoredEvents(pool, [refreshActivity])).toBe(false);
  });
});
