import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRedisServer, startRedis } from '@grantkeeper/local-stack/redis';
import type { JobRow } from '@grantkeeper/platform/outbox/outbox';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { claimPorts } from '@grantkeeper/tests/support/ports';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { recordingHost, silent } from '../../test-fixtures/recording-host.js';
import { Dispatcher } from './dispatcher.js';

let folder: string;
let url: string;
let port: number;
const open: JobQueues[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gk-redis-'));
  [port = 0] = await claimPorts(1);
  url = `redis://127.0.0.1:${port}`;
  if (!findRedisServer()) return;
  const redis = await startRedis({ dataDir: folder, port });
  ({ url } = redis); // with its password, for when it comes back
  await redis.stop();
});
afterEach(() => Promise.all(open.splice(0).map((queues) => queues.close())));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function queuesAway(): JobQueues {
  const queues = new JobQueues({ redisUrl: url, databaseUrl: '', prefix: 'gkt' }, () => undefined);
  open.push(queues);
  return queues;
}
const refresh = (id: string = randomUUID()): JobRow => ({
  id,
  name: 'grants.refresh',
  payload: { grantId: randomUUID(), version: 1 },
  correlationId: `asked-${id}`,
});
const many = (count: number): JobRow[] => Array.from({ length: count }, () => refresh());

/** Jobs that end when told. */
function byHand() {
  const ends: (() => void)[] = [];
  const { host, ran } = recordingHost(() => new Promise((resolve) => ends.push(resolve)));
  const endAll = (): void => {
    for (const end of ends.splice(0)) end();
  };
  return { host, ran, endAll, running: () => ends.length };
}

describe('while the queue is away', () => {
  it('jobs run in this process, each once, as the queue would have brought them', async () => {
    const { host, ran } = recordingHost();
    const rows = many(30);
    await new Dispatcher(queuesAway(), host, silent).dispatch(rows);
    await eventually(() => expect(ran).toHaveLength(30));
    expect(ran).toEqual(rows.map(({ name, payload, correlationId }) => ({ name, payload, correlationId })));
  });

  it('at most 20 run at once; the others wait their turn', async () => {
    const { host, ran, endAll, running } = byHand();
    const dispatcher = new Dispatcher(queuesAway(), host, silent);
    await Promise.all([dispatcher.dispatch(many(15)), dispatcher.dispatch(many(35))]);
    expect(running()).toBe(20);
    expect(dispatcher.lineLength).toBe(30);
    while (ran.length < 50) {
      const before = ran.length;
      endAll();
      await eventually(() => expect(ran.length).toBe(Math.min(50, before + 20)), { everyMs: 1 });
      expect(running()).toBeLessThanOrEqual(20);
    }
    endAll();
    await host.idle();
  });

  it('a job that waits its turn is not lined up twice, however often the sweeper finds it', async () => {
    const { host, ran, endAll } = byHand();
    const dispatcher = new Dispatcher(queuesAway(), host, silent);
    await dispatcher.dispatch(many(20));
    const found = refresh('refresh-one-1');
    for (let times = 0; times < 5; times += 1) await dispatcher.dispatch([found, found]);
    expect(dispatcher.lineLength).toBe(1);
    endAll();
    await eventually(() => expect(ran).toHaveLength(21));
    endAll();
    await host.idle();
    expect(ran).toHaveLength(21);
  });

  it('the line has an end: what does not fit is still due in PostgreSQL', async () => {
    const { host, endAll } = byHand();
    const dispatcher = new Dispatcher(queuesAway(), host, silent);
    await dispatcher.dispatch(many(3_000));
    expect(dispatcher.lineLength).toBeLessThanOrEqual(1_000);
    host.stop();
    endAll();
    await host.idle();
  });

  it('a failing job keeps no other from its turn', async () => {
    const { host, ran } = recordingHost(() => Promise.reject(new Error('failed')));
    await new Dispatcher(queuesAway(), host, silent).dispatch(many(45));
    await eventually(() => expect(ran).toHaveLength(45));
  });

  it('nothing from the line begins once the worker stops', async () => {
    const { host, ran, endAll } = byHand();
    const dispatcher = new Dispatcher(queuesAway(), host, silent);
    await dispatcher.dispatch(many(50));
    host.stop();
    endAll();
    await host.idle();
    expect(ran).toHaveLength(20);
  });
});

// Without redis-server none can come back.
const whenTheQueueIsBack = () => {
  it('jobs go there again and not into this process', async () => {
    const { host, ran } = recordingHost();
    const queues = queuesAway();
    const dispatcher = new Dispatcher(queues, host, silent);
    await dispatcher.dispatch(many(1));
    await eventually(() => expect(ran).toHaveLength(1));
    const redis = await startRedis({ dataDir: folder, port });
    try {
      await eventually(async () => expect(await queues.answers()).toBe(true));
      await dispatcher.dispatch(many(5));
      await host.idle();
      expect(ran).toHaveLength(1);
      await queues.close();
      open.length = 0;
    } finally {
      await redis.stop();
    }
  }, 30_000);
};
if (findRedisServer()) describe('when the queue is back', whenTheQueueIsBack);
