import { type QueueName, queueNames } from '@grantkeeper/contracts/jobs';
import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { ObservedClient } from '@grantkeeper/outbound/observed-client';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createDataSource } from '@grantkeeper/platform/database/data-source';
import { Listener } from '@grantkeeper/platform/database/listener';
import { createPool } from '@grantkeeper/platform/database/pool';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { Flights } from '@grantkeeper/platform/flights/flights';
import type { HeldAnswer } from '@grantkeeper/platform/flights/held-answer';
import { SpillFolder } from '@grantkeeper/platform/flights/spill-folder';
import { type Lesson, ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import { gatesChannel, teachGates, WorkerPresence } from '@grantkeeper/platform/gates/worker-presence';
import { ConsentedGrants } from '@grantkeeper/platform/grants/consented-grants';
import { keepRefreshed } from '@grantkeeper/platform/grants/keep-refreshed';
import { createLogger, plainError } from '@grantkeeper/platform/observability/logger';
import { tellProviderCalls } from '@grantkeeper/platform/observability/provider-calls';
import { queuesChannel } from '@grantkeeper/platform/queues/queue-pauses';
import { type Consumer, consume, JobQueues, type QueueSettings } from '@grantkeeper/platform/queues/queues';
import { noteWorker } from '@grantkeeper/platform/settings/worker-seen';
import type { Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { WorkerConfig } from '../config.js';
import { Sweeper } from '../housekeeping/sweeper.js';
import { Projector } from '../projections/projector.js';
import { QueueSteering } from '../queues/queue-steering.js';
import { DeskFigures } from '../refresh/desk-figures.js';
import { processors, WorkerModule } from '../worker.module.js';
import { Dispatcher } from './dispatcher.js';
import { type Measured, metricsServer } from './expose-metrics.js';
import { flightParts } from './flight-parts.js';
import { HealthServer } from './health-server.js';
import { Heartbeat } from './heartbeat.js';
import { OutboxRelay } from './outbox-relay.js';
import { ProcessorHost } from './processor-host.js';
import { Spill } from './spill.js';
import { Ticker } from './ticker.js';
import { workerHealth } from './worker-health.js';
import { WorkerLog } from './worker-log.js';

/** How long a stopping worker waits for what is under way; a provider call takes 10 s at most, settling waits for the database. */
const drainMs = 28_000;
/** How long it waits then for its connections to close, which they do not while the database hangs. */
const closeMs = 1_500;

/** Starts every part of the worker; `stop` drains: takes nothing new, lets every flight settle, then closes. */
export async function startWorker(config: WorkerConfig): Promise<{ stop(): Promise<void> }> {
  const logger = createLogger('worker', config.logLevel);
  const log = new WorkerLog(logger);
  const databaseUrl = config.databaseUrl.reveal();
  const pool = createPool(databaseUrl, 20);
  const settings: QueueSettings = { redisUrl: config.redisUrl?.reveal() ?? null, databaseUrl, prefix: config.queuePrefix };
  const queueError = throttled(10_000, (error) => log.warn({ err: plainError(error) }, 'queue connection'));
  const queues = new JobQueues(settings, queueError);
  const dataSource = await createDataSource(databaseUrl, [], 5).initialize();
  const unitOfWork = new UnitOfWork(dataSource, (rows) => dispatcher.publish(pool, rows));

  const vault = new Vault(pool, KeyRing.read(config.keyRing.reveal()));
  const client = new ObservedClient(OutboundPolicy.parse(config.outboundAllow), tellProviderCalls(log));
  const flights = new Flights((error) => log.warn({ err: plainError(error) }, 'an answer is held until the database takes it'));
  const { gates, presence } = gatesOf(pool, log);
  const steering = new QueueSteering(pool, log);
  await steering.start(); // before any job is taken
  const parts = [
    { provide: WorkerLog, useValue: log },
    { provide: SqlPool, useValue: pool },
    { provide: UnitOfWork, useValue: unitOfWork },
    { provide: GuardedClient, useValue: client },
    ...flightParts(pool, vault, client, flights, gates),
  ];
  const { app, host } = await hostOf(parts, log, steering);
  const dispatcher = new Dispatcher(queues, host, log, steering);
  const relay = new OutboxRelay(pool, dispatcher, log);
  const sweeper = new Sweeper(pool, unitOfWork, dispatcher, gates, log);
  const seen = new Ticker(5_000, () => noteWorker(pool).catch(() => undefined));
  const heartbeat = new Heartbeat(presence);
  const listener = new Listener(databaseUrl, {
    gk_wanted: () => relay.wanted(),
    [gatesChannel]: () => heartbeat.now(),
    [queuesChannel]: () => steering.changed(),
  });
  const projector = new Projector(pool, log);
  const figures = new DeskFigures(pool, gates, presence, log);
  const spill = spillOf(config, flights, pool, app.get(ConsentedGrants), log);
  await spill.start(); // before anything is sent again
  const consumers = consumersOf(settings, steering, host, queueError);

  await listener.start();
  await heartbeat.start(); // no refresh before it
  for (const one of [relay, sweeper, projector, figures, seen]) one.start();
  await seen.now();
  const measured = { pool, dataSource, queues, flights, gates, dispatcher };
  const { health, metrics, healthPort, metricsPort } = await serversOf(config, measured);
  log.info({ healthPort, metricsPort, queue: settings.redisUrl === null ? 'postgresql' : 'redis' }, 'ready');

  return {
    async stop() {
      log.info({}, 'draining');
      host.stop();
      const tickers = Promise.all([relay, sweeper, projector, figures, seen, listener, spill].map((one) => one.stop()));
      const drained = tickers.then(() =>
        Promise.all([...consumers.map((consumer) => consumer.close()), host.idle(), flights.idle()]),
      );
      await Promise.race([drained, after(drainMs)]);
      await spill.rescue();
      await Promise.race([Promise.all([steering.stop(), heartbeat.stop()]), after(closeMs)]);
      client.close();
      const closing = [health.close(), metrics?.close(), queues.close(), app.close(), dataSource.destroy(), pool.end()];
      await Promise.race([Promise.allSettled(closing), after(closeMs)]);
      log.info({}, 'stopped');
    },
  };
}

/** The processors with what they are given, and their host. */
async function hostOf(parts: Provider[], log: WorkerLog, steering: QueueSteering) {
  const app = await NestFactory.createApplicationContext(WorkerModule.with(parts), { logger: ['error', 'warn'] });
  const all = processors.map((processor) => app.get<object>(processor));
  return { app, host: new ProcessorHost(all, log, steering) };
}

/** Takes jobs from every queue that is not paused. */
function consumersOf(
  settings: QueueSettings,
  steering: QueueSteering,
  host: ProcessorHost,
  onError: (error: Error) => void,
): Consumer[] {
  const consumers = queueNames.map((name): [QueueName, Consumer] => [
    name,
    consume(
      name,
      settings,
      async (job) => {
        if (!steering.isPaused(name)) await host.run({ id: job.id ?? '', name: job.name as never, ...job.data });
      },
      onError,
    ),
  ]);
  steering.steer(new Map(consumers));
  return consumers.map(([, consumer]) => consumer);
}

/** What others may ask this worker over HTTP, where its settings say so. */
async function serversOf(config: WorkerConfig, measured: Measured) {
  const health = new HealthServer(() => workerHealth(measured));
  const healthPort = config.healthPort === null ? null : await health.listen(config.healthPort);
  const metrics = config.metricsPort === null ? null : metricsServer(measured);
  const metricsPort = (await metrics?.listen(config.metricsPort ?? 0)) ?? null;
  return { health, healthPort, metrics, metricsPort };
}

/** The gates of this worker, divided by its place among the workers. */
function gatesOf(pool: SqlPool, log: WorkerLog): { gates: ProviderGates; presence: WorkerPresence } {
  const teach = (lesson: Omit<Lesson, 'ageSeconds'>): void =>
    void teachGates(pool, lesson).catch((error) =>
      log.warn({ err: plainError(error) }, 'a learned rate is not told to the other workers'),
    );
  const gates = new ProviderGates({ now: () => performance.now(), place: () => presence.place, teach });
  const presence = new WorkerPresence(pool, gates);
  return { gates, presence };
}

function spillOf({ spillDir }: WorkerConfig, flights: Flights, pool: SqlPool, consented: ConsentedGrants, log: WorkerLog): Spill {
  const settle = (answer: HeldAnswer): Promise<void> =>
    answer.kind === 'refresh' ? keepRefreshed(pool, answer) : consented.store(answer);
  return new Spill(spillDir === null ? null : new SpillFolder(spillDir), flights, settle, log);
}

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Lets one call through per period: a queue that is away says so many times a second. */
function throttled(periodMs: number, act: (error: Error) => void): (error: Error) => void {
  let quietUntil = 0;
  return (error) => {
    const now = performance.now();
    if (now < quietUntil) return;
    quietUntil = now + periodMs;
    act(error);
  };
}
