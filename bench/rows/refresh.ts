import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { jobs } from '@grantkeeper/contracts/jobs';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { cpuOf, cpuOfServer } from '../cpu.js';
import type { Figures } from '../figures.js';
import { type Ground, providerMs, type Store } from '../ground.js';
import type { Part } from '../part.js';
import type { Plan } from '../plan.js';

const row = 'refresh';
/** What somebody waits for, and what nobody does yet: the same work on two queues, half of it on each. */
const names = ['grants.refresh', 'grants.refresh-due'] as const;
const queues = names.map((name) => jobs[name].queue);
const concurrency = names.reduce((sum, name) => sum + jobs[name].concurrency, 0);

interface Pace {
  perSecond: number;
  workerMicroseconds: number;
  postgresMicroseconds: number;
}

interface Work {
  worker: Part;
  prefix: string;
  /** Makes what is to be done, before the clock runs. */
  payloads: (count: number) => Promise<{ grantId: string; version: number }[]>;
  /** Resolves when nothing is left in the database. */
  settled: () => Promise<void>;
}

/** Refreshes of rotating tokens through the queue, beside a processor of the same queue that makes only the HTTP call. */
export async function refresh(ground: Ground, store: Store, plan: Plan, figures: Figures): Promise<void> {
  if (ground.redis === null) return figures.leaveOut(row, 'there is no redis-server');
  const worker = await ground.start('worker', store);
  const barePrefix = `${ground.queuePrefix}-bare`;
  const bareEnv = {
    REDIS_URL: ground.redis.url,
    QUEUE_PREFIX: barePrefix,
    QUEUES: queues.join(','),
    TOKEN_URL: `${ground.providerOrigin}/token`,
  };
  const bare = await ground.startBare('processor', bareEnv);
  const ours: Work = {
    worker,
    prefix: ground.queuePrefix,
    payloads: (count) => makeDue(store, count),
    settled: () => nothingDue(store),
  };
  const theirs: Work = {
    worker: bare,
    prefix: barePrefix,
    payloads: async (count) => Array.from({ length: count }, () => ({ grantId: randomUUID(), version: 1 })),
    settled: async () => {},
  };
  for (const one of [ours, theirs]) await paceOf(ground, one, 300);
  const paces: { ours: Pace; theirs: Pace }[] = [];
  for (let round = 0; round < plan.rounds; round += 1) {
    paces.push({ ours: await paceOf(ground, ours, plan.refreshes), theirs: await paceOf(ground, theirs, plan.refreshes) });
  }
  const { reused } = await ground.providerCounts();
  tell(figures, paces, reused);
  await Promise.all([worker.stop(), bare.stop()]);
}

async function paceOf(ground: Ground, { worker, prefix, payloads, settled }: Work, count: number): Promise<Pace> {
  const rows = (await payloads(count)).map((payload, index) => ({
    id: randomUUID(),
    name: names[index % 2 === 0 ? 0 : 1],
    payload,
    correlationId: 'bench',
  }));
  const producer = new JobQueues({ redisUrl: ground.redis?.url ?? null, databaseUrl: '', prefix }, () => {});
  const sentBefore = (await ground.providerCounts()).refreshes;
  const before = { worker: cpuOf(worker.pid), postgres: cpuOfServer(ground.postgres.pid) };
  const started = performance.now();
  for (let from = 0; from < rows.length; from += 500) await producer.add(rows.slice(from, from + 500));
  while ((await ground.providerCounts()).refreshes - sentBefore < count) {
    if (performance.now() - started > 120_000) throw new Error(`${count} refreshes were not done within 2 minutes`);
    await pause(20);
  }
  await settled();
  const seconds = (performance.now() - started) / 1000;
  const microseconds = (used: number) => (used / count) * 1e6;
  const pace = {
    perSecond: count / seconds,
    workerMicroseconds: microseconds(cpuOf(worker.pid) - before.worker),
    postgresMicroseconds: microseconds(cpuOfServer(ground.postgres.pid) - before.postgres),
  };
  await producer.close();
  return pace;
}

/** Makes grants due whose token has never been refreshed here; the sweeper is kept off, since the queue brings them. */
async function makeDue({ pool }: Store, count: number): Promise<{ grantId: string; version: number }[]> {
  const { rows } = await pool.query<{ grantId: string; version: number }>(
    `UPDATE "grant" SET due_at = now(), queued_until = now() + interval '1 hour'
     WHERE id IN (SELECT id FROM "grant" WHERE version = 1 AND status = 'active' AND due_at > now() LIMIT $1) RETURNING id AS "grantId", version`,
    [count],
  );
  if (rows.length < count) throw new Error(`only ${rows.length} of ${count} grants were left to refresh`);
  return rows;
}

async function nothingDue({ pool }: Store): Promise<void> {
  for (const deadline = performance.now() + 30_000; performance.now() < deadline; await pause(10)) {
    const { rows } = await pool.query<{ count: number }>(
      `SELECT count(*) FROM "grant" WHERE status = 'active' AND due_at <= now()`,
    );
    if (rows[0]?.count === 0) return;
  }
  throw new Error('some refreshes were sent and did not settle');
}

function tell(figures: Figures, paces: { ours: Pace; theirs: Pace }[], reused: number): void {
  const call = `a processor that makes only the HTTP call`;
  figures.note(
    row,
    `refreshes, ${concurrency} at once, provider ${providerMs} ms`,
    '/s',
    paces.map(({ ours }) => ours.perSecond),
    { atLeast: 600 },
  );
  figures.note(
    row,
    call,
    '/s',
    paces.map(({ theirs }) => theirs.perSecond),
  );
  figures.note(
    row,
    `refresh : ${call}`,
    '×',
    paces.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond),
    { atLeast: 0.5 },
  );
  figures.note(
    row,
    'CPU of the worker per refresh',
    'µs',
    paces.map(({ ours }) => ours.workerMicroseconds),
  );
  figures.note(
    row,
    'CPU of PostgreSQL per refresh',
    'µs',
    paces.map(({ ours }) => ours.postgresMicroseconds),
  );
  figures.note(
    row,
    `CPU of ${call}, per call`,
    'µs',
    paces.map(({ theirs }) => theirs.workerMicroseconds),
  );
  figures.note(row, 'refresh tokens sent twice', '', [reused], { atMost: 0 });
}
