import { createHash, randomInt } from 'node:crypto';
import { cpuOf, cpuOfServer } from '../cpu.js';
import type { Figures } from '../figures.js';
import type { Ground, Store } from '../ground.js';
import { asFastAsAnswered, atFixedRate, type Load } from '../load.js';
import type { Part } from '../part.js';
import type { Plan } from '../plan.js';
import type { Home } from '../seed.js';
import { percentile } from '../stats.js';
import { requestOf } from '../wire.js';

const row = 'token read';
const concurrency = 64;

interface Contender {
  part: Part;
  next: () => Buffer;
}

interface Cost {
  perCpuSecond: number;
  perSecond: number;
  nodeMicroseconds: number;
  postgresMicroseconds: number;
}

/** Reads over all grants uniformly, beside the same framework doing nothing and doing nearly nothing. */
export async function tokenRead(ground: Ground, store: Store, home: Home, plan: Plan, figures: Figures): Promise<void> {
  const api = await ground.start('api', store);
  const bare = await ground.startBare('server', { KEY_HASH: createHash('sha256').update(home.runtimeKey).digest('hex') });
  const headers = { authorization: `Bearer ${home.runtimeKey}` };
  const ask = () => JSON.stringify({ profile: 'bench', user: `user-${randomInt(plan.reads.grants)}` });
  const read = { part: api, next: () => requestOf('POST', '/v1/token', headers, ask()) };
  const constantRequest = requestOf('GET', '/constant', headers);
  const constant = { part: bare, next: () => constantRequest };
  const ready = { part: bare, next: () => requestOf('POST', '/ready', headers, ask()) };
  for (const one of [read, constant, ready]) await asFastAsAnswered(loadOn(one), 3_000);

  const costs: Record<'read' | 'constant' | 'ready', Cost>[] = [];
  const lates: { read: number; ready: number }[] = [];
  const recordedBefore = await recorded(store);
  for (let round = 0; round < plan.rounds; round += 1) {
    const cost = (one: Contender) => costOf(one, ground.postgres.pid, plan.reads.each);
    costs.push({ read: await cost(read), constant: await cost(constant), ready: await cost(ready) });
    const late = async (one: Contender) =>
      percentile(await atFixedRate(loadOn(one, 200), plan.reads.fixedRate, plan.reads.seconds), 0.99);
    lates.push({ read: await late(read), ready: await late(ready) });
  }
  const asked = plan.rounds * (plan.reads.each + plan.reads.fixedRate * plan.reads.seconds);
  const kept = (await recorded(store)) - recordedBefore;
  if (kept !== asked) throw new Error(`${asked} tokens went out, ${kept} hand-outs are on record`);
  tell(figures, costs, lates);
  await Promise.all([api.stop(), bare.stop()]);
}

function loadOn({ part, next }: Contender, connections = concurrency): Load {
  return { port: part.port, connections, next };
}

async function costOf(one: Contender, postmaster: number, requests: number): Promise<Cost> {
  const before = { node: cpuOf(one.part.pid), postgres: cpuOfServer(postmaster) };
  const seconds = await asFastAsAnswered(loadOn(one), requests);
  const node = cpuOf(one.part.pid) - before.node;
  const postgres = cpuOfServer(postmaster) - before.postgres;
  return {
    perCpuSecond: requests / node,
    perSecond: requests / seconds,
    nodeMicroseconds: (node / requests) * 1e6,
    postgresMicroseconds: (postgres / requests) * 1e6,
  };
}

async function recorded({ pool }: Store): Promise<number> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*) FROM hand_out');
  return rows[0]?.count ?? 0;
}

function tell(
  figures: Figures,
  costs: Record<'read' | 'constant' | 'ready', Cost>[],
  lates: { read: number; ready: number }[],
): void {
  const perCpuSecond = 'requests per CPU-second of node';
  figures.note(
    row,
    `read, ${perCpuSecond}`,
    '',
    costs.map(({ read }) => read.perCpuSecond),
  );
  figures.note(
    row,
    `GET that returns a constant, ${perCpuSecond}`,
    '',
    costs.map(({ constant }) => constant.perCpuSecond),
  );
  figures.note(
    row,
    `POST with key hash and ready-made answer, ${perCpuSecond}`,
    '',
    costs.map(({ ready }) => ready.perCpuSecond),
  );
  const ratioTo = (other: 'constant' | 'ready') => costs.map((cost) => cost.read.perCpuSecond / cost[other].perCpuSecond);
  figures.note(row, 'read : constant GET', '×', ratioTo('constant'), { atLeast: 0.35 });
  figures.note(row, 'read : ready-made POST', '×', ratioTo('ready'), { atLeast: 0.55 });
  figures.note(
    row,
    'CPU of node per read',
    'µs',
    costs.map(({ read }) => read.nodeMicroseconds),
  );
  figures.note(
    row,
    'CPU of PostgreSQL per read',
    'µs',
    costs.map(({ read }) => read.postgresMicroseconds),
  );
  const both = costs.map(({ read }) => read.nodeMicroseconds + read.postgresMicroseconds);
  figures.note(row, 'CPU of node and PostgreSQL per read', 'µs', both, { atMost: 450 });
  figures.note(
    row,
    'reads at concurrency 64, load on the same cores',
    '/s',
    costs.map(({ read }) => read.perSecond),
  );
  figures.note(
    row,
    'p99 of a read at 1 000/s',
    'ms',
    lates.map(({ read }) => read),
  );
  figures.note(
    row,
    'p99 of the ready-made POST at 1 000/s',
    'ms',
    lates.map(({ ready }) => ready),
  );
  figures.note(
    row,
    'p99, read : ready-made POST',
    '×',
    lates.map(({ read, ready }) => read / ready),
    { atMost: 3 },
  );
}
