import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queueNames } from '@grantkeeper/contracts/jobs';
import { findRedisServer, type RunningRedis, startRedis } from '@grantkeeper/local-stack/redis';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { claimPorts } from '@grantkeeper/tests/support/ports';
import { TcpProxy } from '@grantkeeper/tests/support/tcp-proxy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { JobRow } from '../outbox/outbox.js';
import { consume, type JobData, JobQueues, type QueueSettings } from './queues.js';

let database: FreshDatabase;
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});
afterAll(() => database.drop());

const refresh = (): JobRow => ({
  id: randomUUID(),
  name: 'grants.refresh',
  payload: { grantId: randomUUID(), version: 1 },
  correlationId: 'asked',
});
const settingsOf = (redisUrl: string | null): QueueSettings => ({
  redisUrl,
  databaseUrl: database.url,
  prefix: `gkt${randomBytes(6).toString('hex')}`,
});

function producer(settings: QueueSettings): JobQueues {
  const queues = new JobQueues(settings, () => undefined);
  open.push(queues);
  return queues;
}

/** A consumer of refreshes, and what it was given. */
function consumer(
  settings: QueueSettings,
  act: (data: JobData) => Promise<void> = () => Promise.resolve(),
): (JobData & { id?: string; name: string })[] {
  const got: (JobData & { id?: string; name: string })[] = [];
  open.push(
    consume(
      'refresh-now',
      settings,
      async ({ id, name, data }) => {
        got.push({ id, name, ...data });
        await act(data);
      },
      () => undefined,
    ),
  );
  return got;
}

const backends: [string, () => string | null][] = [
  ['PostgreSQL', () => null],
  ...(process.env.GK_TEST_REDIS_URL === undefined
    ? []
    : ([['Redis', () => process.env.GK_TEST_REDIS_URL ?? null]] as [string, () => string | null][])),
];

describe.each(backends)('queues on %s', (_name, redisUrl) => {
  it('bring a job with its payload and correlation to a consumer, under the row’s id', async () => {
    const settings = settingsOf(redisUrl());
    const row = refresh();
    const got = consumer(settings);
    await producer(settings).add([row]);
    await eventually(() =>
      expect(got).toEqual([{ id: `job-${row.id}`, name: row.name, payload: row.payload, correlationId: 'asked' }]),
    );
  });

  it('take one row, however often and by however many it is queued, for one job while it is there', async () => {
    const settings = settingsOf(redisUrl());
    const row = refresh();
    const [one, two] = [producer(settings), producer(settings)];
    await Promise.all([one.add([row]), one.add([row, row]), two.add([row])]);
    await two.add([row, refresh()]);
    const got = consumer(settings);
    await eventually(() => expect(new Set(got.map(({ id }) => id)).size).toBe(2));
    expect(got).toHaveLength(2);
  });

  it('try a job once; when it failed, the same row can be queued again', async () => {
    const settings = settingsOf(redisUrl());
    const row = refresh();
    const got = consumer(settings, () => Promise.reject(new Error('failed')));
    const queues = producer(settings);
    await queues.add([row]);
    await eventually(() => expect(got).toHaveLength(1));
    // Between its failure and its removal the row is still there, and adding it does nothing: so until it is taken again.
    await eventually(async () => {
      if (got.length === 1) await queues.add([row]);
      expect(got.length).toBeGreaterThan(1);
    });
  });

  it('keep each job in the queue of its urgency', async () => {
    const settings = settingsOf(redisUrl());
    const got = consumer(settings);
    await producer(settings).add([
      { ...refresh(), name: 'grants.revoke-upstream', payload: { revocationId: randomUUID() } },
      refresh(),
    ]);
    await eventually(() => expect(got.map(({ name }) => name)).toEqual(['grants.refresh']));
  });

  it('answer when they are there', async () => {
    const queues = producer(settingsOf(redisUrl()));
    await eventually(async () => expect(await queues.answers()).toBe(true));
  });

  it('take nothing for nothing', async () => expect(producer(settingsOf(redisUrl())).add([])).resolves.toBeUndefined());
});

describe('queues on PostgreSQL', () => {
  it('are set up by whichever processes start first, all at once', async () => {
    const fresh = await freshDatabase();
    try {
      const settings = { redisUrl: null, databaseUrl: fresh.url, prefix: 'gk' };
      const errors: Error[] = [];
      const all = Array.from({ length: 4 }, () => new JobQueues(settings, (error) => errors.push(error)));
      const workers = queueNames.map((name) =>
        consume(
          name,
          settings,
          () => Promise.resolve(),
          (error) => errors.push(error),
        ),
      );
      await Promise.all(all.map((queues) => queues.add([refresh()])));
      expect(errors).toEqual([]);
      await Promise.all([...all, ...workers].map((one) => one.close()));
    } finally {
      await fresh.drop();
    }
  });
});

/** On PostgreSQL an installation is its database: there the prefix says nothing. */
const redisOfTests = process.env.GK_TEST_REDIS_URL;
const queuesOnOneRedis = (redisUrl: string) => {
  it('of two installations with different prefixes do not meet', async () => {
    const [ours, theirs] = [settingsOf(redisUrl), settingsOf(redisUrl)];
    const [got, gotTheirs] = [consumer(ours), consumer(theirs)];
    await producer(theirs).add([refresh()]);
    await eventually(() => expect(gotTheirs).toHaveLength(1));
    expect(got).toEqual([]);
  });
};
if (redisOfTests !== undefined) describe('queues on one Redis', () => queuesOnOneRedis(redisOfTests));

// Without redis-server there is no Redis that could be in a bad state.
const whileRedisTakesNothing = () => {
  let redis: RunningRedis;
  let admin: Redis;
  let folder: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gk-redis-'));
    redis = await startRedis({ dataDir: folder });
    admin = new Redis(redis.url);
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((one) => one.close()));
    admin.disconnect();
    await redis.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['is full', () => admin.config('SET', 'maxmemory', '1'), () => admin.config('SET', 'maxmemory', '0')],
    ['became a replica', () => admin.replicaof('127.0.0.1', 9), () => admin.replicaof('NO', 'ONE')],
  ])('because it %s, adding fails and says so; afterwards all goes on by itself', async (_why, harm, mend) => {
    const settings = settingsOf(redis.url);
    const got = consumer(settings);
    const queues = producer(settings);
    await eventually(() => queues.add([refresh()]));
    await eventually(() => expect(got).toHaveLength(1));

    await harm();
    await eventually(async () => expect(await queues.state()).toBe('away'));
    await expect(queues.add([refresh()])).rejects.toThrow();

    await mend();
    await eventually(async () => expect(await queues.state()).toBe('well'));
    const row = refresh();
    await eventually(() => queues.add([row]));
    await eventually(() => expect(got.map(({ id }) => id)).toContain(`job-${row.id}`));
  });

  it('a Redis that may evict what it holds is told from one that may not', async () => {
    const queues = producer(settingsOf(redis.url));
    await eventually(async () => expect(await queues.state()).toBe('well'));
    for (const policy of ['allkeys-lru', 'volatile-ttl']) {
      await admin.config('SET', 'maxmemory-policy', policy);
      expect(await queues.state()).toBe('evicts');
    }
    await admin.config('SET', 'maxmemory-policy', 'noeviction');
    expect(await queues.state()).toBe('well');
  });

  it('because its connections have gone silent, they are given up for new ones', async () => {
    const proxy = await TcpProxy.before(redis.url);
    const settings = settingsOf(proxy.through(redis.url));
    const got = consumer(settings);
    const queues = producer(settings);
    await eventually(() => queues.add([refresh()]));
    await eventually(() => expect(got).toHaveLength(1));

    proxy.forget();
    await expect(queues.add([refresh()])).rejects.toThrow();
    await eventually(() => queues.add([refresh()]), { withinMs: 10_000 });
    await eventually(() => expect(got.length).toBeGreaterThan(1), { withinMs: 25_000 });
    await Promise.all(open.splice(0).map((one) => one.close()));
    await proxy.stop();
  }, 60_000);
};
if (findRedisServer()) describe('a Redis that takes nothing', whileRedisTakesNothing);

// Without redis-server there is no Redis that could be away.
const whileRedisIsAway = () => {
  it('adding fails at once, and nothing of it turns up later; when Redis comes, adding works', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gk-redis-'));
    const [port = 0] = await claimPorts(1);
    const once = await startRedis({ dataDir: folder, port });
    await once.stop();
    const settings = settingsOf(once.url);
    const queues = producer(settings);
    const startedAt = performance.now();
    for (let times = 0; times < 20; times += 1) await expect(queues.add([refresh()])).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(await queues.answers()).toBe(false);

    const again = await startRedis({ dataDir: folder, port });
    try {
      const row = refresh();
      await eventually(() => queues.add([row]));
      expect(await queues.answers()).toBe(true);
      const got = consumer(settings);
      await eventually(() => expect(got.map(({ id }) => id)).toEqual([`job-${row.id}`]));
      await Promise.all(open.splice(0).map((one) => one.close()));
    } finally {
      await again.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 30_000);

  it('for a while, a consumer goes on by itself when it is back', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gk-redis-'));
    const [port = 0] = await claimPorts(1);
    const first = await startRedis({ dataDir: folder, port });
    const settings = settingsOf(first.url);
    const got = consumer(settings);
    const queues = producer(settings);
    await eventually(() => queues.add([refresh()]));
    await eventually(() => expect(got).toHaveLength(1));
    first.kill();
    await eventually(async () => expect(await queues.answers()).toBe(false));
    const again = await startRedis({ dataDir: folder, port });
    try {
      await eventually(() => queues.add([refresh()]));
      await eventually(() => expect(got).toHaveLength(2));
      await Promise.all(open.splice(0).map((one) => one.close()));
    } finally {
      await again.stop();
      rmSync(folder, { recursive: true, force: true });
    }
  }, 30_000);

  it('closing does not wait for it, also when it went away later', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gk-redis-'));
    const redis = await startRedis({ dataDir: folder });
    const settings = settingsOf(redis.url);
    const got: string[] = [];
    const worker = consume(
      'refresh-now',
      settings,
      async ({ name }) => void got.push(name),
      () => undefined,
    );
    const queues = new JobQueues(settings, () => undefined);
    await queues.add([refresh()]);
    await eventually(() => expect(got).toHaveLength(1));
    redis.kill();
    await eventually(async () => expect(await queues.answers()).toBe(false));
    const startedAt = performance.now();
    await Promise.all([worker.close(), queues.close()]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    rmSync(folder, { recursive: true, force: true });
  }, 20_000);

  it('closing does not wait for it, when it was never there', async () => {
    const [port = 0] = await claimPorts(1);
    const settings = settingsOf(`redis://127.0.0.1:${port}`);
    const worker = consume(
      'refresh-now',
      settings,
      () => Promise.resolve(),
      () => undefined,
    );
    const queues = new JobQueues(settings, () => undefined);
    const startedAt = performance.now();
    await Promise.all([worker.close(), queues.close()]);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });
};
if (findRedisServer()) describe('while Redis is away', whileRedisIsAway);
