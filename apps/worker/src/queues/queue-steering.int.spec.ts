import { randomBytes, randomUUID } from 'node:crypto';
import type { JobName, QueueName } from '@grantkeeper/contracts/jobs';
import { createPool } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { lastMinutes } from '@grantkeeper/platform/queues/queue-activity';
import { pauseQueue, resumeQueue } from '@grantkeeper/platform/queues/queue-pauses';
import { type Consumer, consume, JobQueues, type QueueSettings } from '@grantkeeper/platform/queues/queues';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { silent } from '../../test-fixtures/recording-host.js';
import { QueueSteering } from './queue-steering.js';

let database: FreshDatabase;
let pool: SqlPool;
let steering: QueueSteering;
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 4);
});
beforeEach(async () => {
  await pool.query('TRUNCATE queue_pause, failed_job, queue_activity');
  steering = new QueueSteering(pool, silent);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
  await steering.stop();
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const job = (name: JobName = 'grants.refresh-due') => ({
  id: randomUUID(),
  name,
  payload: { grantId: randomUUID(), version: 1 },
  correlationId: 'spec',
});
const backends: [string, string | null][] = [
  ['PostgreSQL', null],
  ...(process.env.GK_TEST_REDIS_URL === undefined ? [] : ([['Redis', process.env.GK_TEST_REDIS_URL]] as [string, string][])),
];

describe.each(backends)('a paused queue on %s', (_name, redisUrl) => {
  it('is left alone, from the start too, and goes on where it was when it is resumed; others go on meanwhile', async () => {
    const settings: QueueSettings = { redisUrl, databaseUrl: database.url, prefix: `gkt${randomBytes(6).toString('hex')}` };
    const got: string[] = [];
    await pauseQueue(pool, 'refresh-due', 'operator:spec');
    await steering.start();
    const consumers = new Map<QueueName, Consumer>();
    for (const name of ['refresh-due', 'refresh-now'] as const)
      consumers.set(
        name,
        consume(
          name,
          settings,
          async (taken) => void (steering.isPaused(name) || got.push(taken.name)),
          () => undefined,
        ),
      );
    open.push(...consumers.values());
    steering.steer(consumers);
    const queues = new JobQueues(settings, () => undefined);
    open.push(queues);

    await queues.add([job(), job(), job('grants.refresh')]);
    await eventually(() => expect(got).toEqual(['grants.refresh']));
    await eventually(async () =>
      expect((await queues.depths())?.get('refresh-due')).toMatchObject({
        waiting: 2,
        active: 0,
        oldestWaitingSeconds: expect.any(Number),
      }),
    );

    await resumeQueue(pool, 'refresh-due');
    steering.changed();
    await eventually(() => expect(got).toEqual(['grants.refresh', 'grants.refresh-due', 'grants.refresh-due']));

    await pauseQueue(pool, 'refresh-due', 'operator:spec');
    steering.changed();
    await eventually(() => expect(steering.isPaused('refresh-due')).toBe(true));
    await queues.add([job(), job(), job(), job('grants.refresh')]);
    await eventually(() => expect(got).toHaveLength(4));
    // A worker that waited for a job when the queue was paused may still be given one; it leaves it to the sweeper.
    await eventually(async () => expect((await queues.depths())?.get('refresh-due')?.waiting).toBeGreaterThanOrEqual(2));
    expect(got.at(-1)).toBe('grants.refresh');
  }, 60_000);
});

describe('a failed job', () => {
  const failure = (work: ReturnType<typeof job>) => ({ ...work, reason: 'TypeError' });
  const kept = async () => (await pool.query('SELECT job, payload, reason, times FROM failed_job ORDER BY first_failed_at')).rows;

  it('is kept once, with how often it failed, until the same work is done, by whichever worker and under whichever name', async () => {
    const [work, other] = [job(), job()];
    const elsewhere = new QueueSteering(pool, silent);
    await Promise.all([steering.start(), elsewhere.start()]);
    steering.failedWith(failure(work));
    steering.failedWith(failure(other));
    await eventually(async () => expect(await kept()).toHaveLength(2));
    elsewhere.failedWith(failure({ ...work, name: 'grants.refresh' }));
    await eventually(async () =>
      expect(await kept()).toEqual([
        { job: 'grants.refresh', payload: work.payload, reason: 'TypeError', times: 2 },
        expect.objectContaining({ times: 1 }),
      ]),
    );
    await eventually(async () => {
      elsewhere.done('grants.refresh-due', work.payload);
      expect(await kept()).toEqual([expect.objectContaining({ payload: other.payload })]);
    });
    await elsewhere.stop();
  });

  it('and a done one are counted by the minute and queue', async () => {
    await steering.start();
    for (const _ of [1, 2]) steering.done('grants.refresh', job().payload);
    steering.failedWith(failure(job('grants.refresh')));
    await eventually(async () => {
      const minutes = (await lastMinutes(pool)).get('refresh-now') ?? [];
      expect([minutes.reduce((sum, { done }) => sum + done, 0), minutes.reduce((sum, { failed }) => sum + failed, 0)]).toEqual([
        2, 1,
      ]);
    });
  });
});
