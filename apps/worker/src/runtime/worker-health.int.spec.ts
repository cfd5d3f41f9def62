import { createDataSource } from '@grantkeeper/platform/database/data-source';
import { createPool } from '@grantkeeper/platform/database/pool';
import { Flights } from '@grantkeeper/platform/flights/flights';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loneGates } from '../../test-fixtures/lone-gates.js';
import { workerHealth } from './worker-health.js';

let database: FreshDatabase;
let pool: ReturnType<typeof createPool>;
let dataSource: ReturnType<typeof createDataSource>;
let queues: JobQueues;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 2);
  dataSource = await createDataSource(database.url).initialize();
  queues = new JobQueues({ redisUrl: null, databaseUrl: database.url, prefix: 'health' }, () => undefined);
});
afterAll(async () => {
  await Promise.all([queues.close(), dataSource.destroy(), pool.end()]);
  await database.drop();
});

const healthWith = (flights = new Flights(), usedPool = pool, gates = loneGates()) =>
  workerHealth({ pool: usedPool, dataSource, queues, flights, gates });

describe('a worker’s health', () => {
  it('has nothing to name while all is well', async () => {
    expect(await healthWith()).toEqual({ down: [], degraded: [] });
  });

  it('names answers that have waited for the database for more than 5 seconds, until they are stored', async () => {
    let now = 0;
    let isAway = true;
    const flights = new Flights(undefined, () => now);
    const stored = flights.untilStored(async () => {
      if (isAway) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    });
    now = 5_000;
    expect(await healthWith(flights)).toEqual({ down: [], degraded: [] });
    now = 5_001;
    expect(await healthWith(flights)).toEqual({ down: [], degraded: ['held_answers'] });
    isAway = false;
    await stored;
    expect(await healthWith(flights)).toEqual({ down: [], degraded: [] });
  });

  it('names a provider whose breaker is open, by its host alone', async () => {
    const gates = loneGates();
    const outcome = { kind: 'no-answer', reason: 'timeout' } as const;
    for (let call = 0; call < 5; call += 1) {
      const ask = { profileId: 'p', limits: undefined, isAwaited: false, isResend: false };
      const permit = await gates.enter('https://down.example.com/tenant/token', 'client', ask);
      if (!('why' in permit)) permit.report(outcome);
    }
    gates.pass('https://well.example.com/token', 'client').release();
    expect(await healthWith(undefined, undefined, gates)).toEqual({ down: [], degraded: ['provider down.example.com'] });
  });

  it('names a migration that the database lacks', async () => {
    const { rows } = await pool.query('DELETE FROM migration WHERE id = (SELECT max(id) FROM migration) RETURNING *');
    expect(await healthWith()).toEqual({ down: [], degraded: ['migrations'] });
    const [{ timestamp, name }] = rows as [{ timestamp: string; name: string }];
    await pool.query('INSERT INTO migration (timestamp, name) VALUES ($1, $2)', [timestamp, name]);
    expect(await healthWith()).toEqual({ down: [], degraded: [] });
  });

  it('is down while answers could not be spilled', async () => {
    const flights = new Flights();
    flights.allowSends(false);
    expect(await healthWith(flights)).toEqual({ down: ['spill'], degraded: [] });
    flights.allowSends(true);
    expect(await healthWith(flights)).toEqual({ down: [], degraded: [] });
  });

  it('is down without the database', async () => {
    const gone = createPool('postgres://nobody@127.0.0.1:1/none', 1);
    expect(await healthWith(undefined, gone)).toMatchObject({ down: ['database'] });
    await gone.end();
  });
});
