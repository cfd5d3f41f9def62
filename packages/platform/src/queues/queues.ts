import { once } from 'node:events';
import { type JobName, jobs, type QueueName, queueNames } from '@grantkeeper/contracts/jobs';
import { createPostgresBackend, type Processor, Queue, type QueueOptions, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import { answeringConnections } from '../database/answering-client.js';
import type { JobRow } from '../outbox/outbox.js';

export interface QueueSettings {
  /** Redis where there is one; null puts BullMQ on PostgreSQL. */
  redisUrl: string | null;
  databaseUrl: string;
  /** Keeps installations on one Redis apart. */
  prefix: string;
}

/** What travels in a queue: ids only. */
export interface JobData {
  payload: unknown;
  correlationId: string;
}

/** Whether the queue takes jobs: `evicts` where it would, but may forget them and the locks of those under way. */
export type QueueState = 'well' | 'away' | 'evicts';

/** What stands in one queue. */
export interface QueueDepth {
  waiting: number;
  active: number;
  oldestWaitingSeconds: number | null;
}

const addWithinMs = 1_000;
/** A connection on which an answer is owed for so long is given up; a consumer's longest question takes 5 s. */
const silenceMs = { producer: 5_000, consumer: 8_000 };

/** The producing side of every queue. Fails fast: PostgreSQL keeps the intent, the relay comes back for it. */
export class JobQueues {
  private readonly queues: Map<QueueName, Queue<JobData, void, string>>;
  private readonly redis: Redis | null;
  /** Resolves with the first connection, or when there is none. */
  private readonly firstTry: Promise<unknown>;

  private readonly prefix: string;

  constructor(settings: QueueSettings, onError: (error: Error) => void) {
    this.prefix = settings.prefix;
    this.redis =
      settings.redisUrl === null
        ? null
        : redisClient(settings.redisUrl, {
            maxRetriesPerRequest: 1,
            enableOfflineQueue: false,
            socketTimeout: silenceMs.producer,
          });
    this.redis?.on('error', onError);
    this.firstTry = this.redis
      ? once(this.redis, 'ready', { signal: AbortSignal.timeout(addWithinMs) }).catch(onError)
      : Promise.resolve();
    this.queues = new Map(
      queueNames.map((name) => {
        const queue = this.redis
          ? new Queue<JobData, void, string>(name, { connection: this.redis, prefix: settings.prefix })
          : new Queue<JobData, void, string>(
              name,
              { connection: postgresConnection(settings), prefix: settings.prefix } as QueueOptions,
              createPostgresBackend as never,
            );
        queue.on('error', onError);
        return [name, queue];
      }),
    );
  }

  /** Queues jobs, one attempt each; the same row queued twice is one job while it is there. Throws when the queue is away. */
  async add(rows: readonly JobRow[]): Promise<void> {
    await this.connected();
    const wanted = queueNames.filter((queue) => rows.some((row) => jobs[row.name].queue === queue));
    const adding = wanted.map((queue) =>
      this.queue(queue).addBulk(
        rows
          .filter((row) => jobs[row.name].queue === queue)
          .map(({ id, name, payload, correlationId }) => ({
            name,
            data: { payload, correlationId },
            opts: { jobId: `job-${id}`, attempts: 1, removeOnComplete: true, removeOnFail: true }, // a kept one would block its id
          })),
      ),
    );
    await withinMs(Promise.all(adding), addWithinMs);
  }

  /** Whether the queue takes jobs now. */
  async answers(): Promise<boolean> {
    return (await this.state()) !== 'away';
  }

  /** As `answers`, with what else is wrong. A queue that is full, or a replica that can only be read, takes none. */
  async state(): Promise<QueueState> {
    const asked = this.redis
      ? this.redisState(this.redis)
      : this.queue('exchange')
          .isPaused()
          .then(() => 'well' as const);
    return withinMs<QueueState>(asked, addWithinMs).catch(() => 'away');
  }

  private async redisState(redis: Redis): Promise<QueueState> {
    await redis.set(`${this.prefix}:probe`, '1', 'PX', 60_000);
    const memory = await redis.info('memory').catch(() => ''); // where we may not ask, nobody knows
    const policy = /^maxmemory_policy:(\S+)/m.exec(memory)?.[1] ?? 'noeviction';
    return policy === 'noeviction' ? 'well' : 'evicts';
  }

  /** How deep every queue is; null while the queue is away. */
  async depths(): Promise<Map<QueueName, QueueDepth> | null> {
    const asked = this.connected().then(() =>
      Promise.all(queueNames.map(async (name) => [name, await depthOf(this.queue(name))] as const)),
    );
    return withinMs(asked, addWithinMs).then(
      (depths) => new Map(depths),
      () => null,
    );
  }

  /** The version of the Redis that carries the queues; null without one, or while it is away. */
  async redisVersion(): Promise<string | null> {
    if (!this.redis) return null;
    const info = await withinMs(this.redis.info('server'), addWithinMs).catch(() => '');
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? null;
  }

  /** What carries the queues. */
  get backend(): 'redis' | 'postgresql' {
    return this.redis ? 'redis' : 'postgresql';
  }

  async close(): Promise<void> {
    await Promise.all([...this.queues.values()].map((queue) => queue.close().catch(() => undefined)));
    this.redis?.disconnect();
  }

  /** Nothing is given to a client without a connection: BullMQ would keep it all and send it once Redis is back. */
  private async connected(): Promise<void> {
    await this.firstTry;
    if (this.redis && this.redis.status !== 'ready') throw new Error('the queue is away');
  }

  private queue(name: QueueName): Queue<JobData, void, string> {
    return this.queues.get(name) as Queue<JobData, void, string>;
  }
}

async function depthOf(queue: Queue<JobData, void, string>): Promise<QueueDepth> {
  const [counts, [oldest]] = await Promise.all([queue.getJobCounts('waiting', 'active'), queue.getWaiting(0, 0)]);
  return {
    waiting: counts.waiting ?? 0,
    active: counts.active ?? 0,
    oldestWaitingSeconds: oldest ? Math.max(0, (Date.now() - oldest.timestamp) / 1000) : null,
  };
}

/** A consumer may be paused and resumed; what it has begun goes on. */
export interface Consumer {
  close(): Promise<void>;
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** The consuming side of one queue. Closing waits for the jobs under way, unless Redis is away: nobody could be told of their end. */
export function consume(
  name: QueueName,
  settings: QueueSettings,
  processor: Processor<JobData, void, string>,
  onError: (error: Error) => void,
): Consumer {
  const concurrency = Math.max(
    ...(Object.keys(jobs) as JobName[]).filter((job) => jobs[job].queue === name).map((job) => jobs[job].concurrency),
  );
  const options = {
    prefix: settings.prefix,
    concurrency,
    stalledInterval: 10_000,
    lockDuration: 15_000,
    maxStalledCount: 1,
    runRetryDelay: 1_000,
  };
  const redis =
    settings.redisUrl === null
      ? null
      : redisClient(settings.redisUrl, { maxRetriesPerRequest: null, socketTimeout: silenceMs.consumer });
  const worker = redis
    ? new Worker<JobData, void, string>(name, processor, { ...options, connection: redis })
    : new Worker<JobData, void, string>(
        name,
        processor,
        { ...options, connection: postgresConnection(settings) } as never,
        createPostgresBackend as never,
      );
  worker.on('error', onError);
  worker.on('closed', () => redis?.disconnect()); // BullMQ leaves open what it did not make
  return {
    close() {
      redis?.once('close', () => redis.status !== 'end' && redis.disconnect()); // lost while closing: not waited for
      return worker.close(redis !== null && redis.status !== 'ready');
    },
    pause: () => worker.pause(true),
    resume: () => worker.resume(),
  };
}

const postgresConnection = (settings: QueueSettings) => ({
  connectionString: settings.databaseUrl,
  max: 4,
  migrate: true,
  ...answeringConnections,
});

function redisClient(url: string, options: RedisOptions): Redis {
  return new Redis(url, {
    ...options,
    connectTimeout: 5_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    reconnectOnError: (error) => error.message.startsWith('READONLY'), // it was the primary until now: its name leads to another
  });
}

function withinMs<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the queue did not answer within ${ms} ms`)), ms);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
