import { randomBytes, randomUUID } from 'node:crypto';
import type { TestRunState } from '@grantkeeper/contracts/test-runs/http';
import { testRunMayBecome } from '@grantkeeper/core/test-runs/test-run-states';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  inSeconds,
  type StoredProfile,
  storedAuthorization,
  storedProfile,
  storedTestRun,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { createPool } from '../database/pool.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { forgetOld } from '../outbox/retention.js';
import { endSilentTestRuns } from './end-test-runs.js';

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

const taken = (seconds: number) => ({ attempt: randomUUID(), sent_at: inSeconds(seconds) });
const overdue = { expires_at: inSeconds(-1) };

/** A run with its authorization, which holds a code. */
async function given(state: TestRunState, columns: object): Promise<{ id: string; authorizationId: string }> {
  const id = await storedTestRun(pool, profile, { state, ...columns });
  const secrets = { code: randomBytes(9), code_verifier: randomBytes(9), state_hash: randomBytes(32) };
  const authorizationId = await storedAuthorization(pool, profile, {
    state: state === 'exchanging' ? 'tested' : 'consenting',
    test_run_id: id,
    ...secrets,
  });
  return { id, authorizationId };
}
const row = async (table: string, id: string): Promise<Record<string, unknown>> =>
  (await pool.query(`SELECT * FROM "${table}" WHERE id = $1`, [id])).rows[0];
const eventsOf = async (id: string): Promise<string[]> =>
  (await pool.query('SELECT type FROM event WHERE stream = $1', [`test-run-${id}`])).rows.map(({ type }) => type);

describe('a test run that is silent or out of time', () => {
  it.each<[string, TestRunState, object, TestRunState]>([
    ['whose worker checks and has been silent for 26 s', 'preflight', taken(-26), 'interrupted'],
    ['whose worker exchanges and has been silent for 26 s', 'exchanging', taken(-26), 'interrupted'],
    ['whose code nobody took in a minute more', 'exchanging', { expires_at: inSeconds(-61) }, 'interrupted'],
    ['that nobody began in time', 'preflight', overdue, 'expired'],
    ['that nobody consented to in time', 'awaiting_consent', overdue, 'expired'],
  ])('%s ends, once, with its code forgotten', async (_what, state, columns, becomes) => {
    expect(testRunMayBecome(state, becomes)).toBe(true);
    const { id, authorizationId } = await given(state, columns);
    await Promise.all(Array.from({ length: 6 }, () => endSilentTestRuns(unitOfWork)));
    expect(await row('test_run', id)).toMatchObject({ state: becomes, attempt: null, sent_at: null, ended_at: expect.any(Date) });
    expect(await row('authorization', authorizationId)).toMatchObject({
      code: null,
      code_verifier: null,
      state_hash: null,
      state: state === 'exchanging' ? 'tested' : 'expired',
    });
    expect(await eventsOf(id)).toEqual([`test-runs.${becomes}.v1`]);
  });

  it.each<[string, TestRunState, object]>([
    ['whose worker was heard of 20 s ago', 'preflight', taken(-20)],
    ['whose worker exchanges, though its time is over', 'exchanging', { ...overdue, ...taken(-5) }],
    ['whose code came in the last second', 'exchanging', overdue],
    ['that waits for a person', 'awaiting_consent', {}],
    ['that has succeeded', 'succeeded', overdue],
  ])('%s stays as it is', async (_what, state, columns) => {
    const { id } = await given(state, columns);
    const before = await row('test_run', id);
    await endSilentTestRuns(unitOfWork);
    expect(await row('test_run', id)).toEqual(before);
  });

  it('is kept for 30 days, with its steps and its authorization, and not longer', async () => {
    const days = (count: number) => ({ created_at: inSeconds(count * 86_400) });
    const [old, young] = [await given('failed', days(-31)), await given('failed', days(-29))];
    for (const { id } of [old, young])
      await pool.query(
        `INSERT INTO test_run_step (id, assistant_id, test_run_id, name, result) VALUES (gen_random_uuid(), $1, $2, 'client', 'failed')`,
        [profile.assistantId, id],
      );
    await forgetOld(pool);
    expect([await row('test_run', old.id), await row('authorization', old.authorizationId)]).toEqual([undefined, undefined]);
    expect(await row('test_run', young.id)).toMatchObject({ state: 'failed' });
    const { rows } = await pool.query('SELECT test_run_id FROM test_run_step');
    expect(rows).toEqual([{ test_run_id: young.id }]);
  });
});
