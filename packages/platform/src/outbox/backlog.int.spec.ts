import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { inSeconds, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { isWorkerSeen, noteWorker } from '../settings/worker-seen.js';
import { overdueSeconds, readBacklog } from './backlog.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 2);
});
beforeEach(() => pool.query('TRUNCATE assistant, job CASCADE'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('what waits in PostgreSQL', () => {
  it('is nothing where nothing is due', async () => {
    const profile = await storedProfile(pool);
    await storedGrant(pool, profile, { due_at: inSeconds(60) });
    expect(await readBacklog(pool)).toEqual({ refreshesDue: 0, overdueSeconds: 0, jobsUnqueued: 0, revocationsPending: 0 });
  });

  it('is counted, with the age of the refresh that has been due the longest', async () => {
    const profile = await storedProfile(pool);
    for (const late of [5, 90, 30]) await storedGrant(pool, profile, { due_at: inSeconds(-late) });
    await pool.query(
      `INSERT INTO job (id, event_id, name, payload, correlation_id, queued_at)
       SELECT gen_random_uuid(), 1, 'grants.refresh', '{}', 'x', CASE WHEN n > 2 THEN now() END FROM generate_series(1, 4) n`,
    );
    await pool.query(
      `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, state)
       SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), '{}', s FROM unnest(ARRAY['pending', 'revoked', 'forgotten']) s`,
      [profile.assistantId, profile.id],
    );
    const backlog = await readBacklog(pool);
    expect(backlog).toMatchObject({ refreshesDue: 3, jobsUnqueued: 2, revocationsPending: 1 });
    expect(backlog.overdueSeconds).toBeGreaterThanOrEqual(90);
    expect(backlog.overdueSeconds).toBeLessThan(100);
  });

  it('holds no refresh that nobody may make now: of a disabled profile, or of a grant that needs its user', async () => {
    const disabled = await storedProfile(pool, { status: 'disabled' });
    await storedGrant(pool, disabled, { due_at: inSeconds(-90) });
    await storedGrant(pool, await storedProfile(pool), { due_at: inSeconds(-90), status: 'reconnect_required' });
    expect(await overdueSeconds(pool)).toBe(0);
    expect(await readBacklog(pool)).toMatchObject({ refreshesDue: 0 });
  });
});

describe('a worker', () => {
  it('is seen from its first note on, and taken as gone 15 seconds after the last', async () => {
    expect(await isWorkerSeen(pool)).toBe(false);
    await Promise.all([noteWorker(pool), noteWorker(pool)]);
    expect(await isWorkerSeen(pool)).toBe(true);
    await pool.query(`UPDATE setting SET value = value::numeric - 16 WHERE key = 'worker_seen'`);
    expect(await isWorkerSeen(pool)).toBe(false);
    await noteWorker(pool);
    expect(await isWorkerSeen(pool)).toBe(true);
  });
});
