import { createHash, randomInt } from 'node:crypto';
import { cpuOf, cpuOfServer } from '../cpu.js';
import type { Bounds, Figures } from '../figures.js';
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

interface Round {
  read: Cost;
  /** As `read`, without its log line. */
  quiet: Cost;
  constant: Cost;
  ready: Cost;
  /** p99 at the fixed rate. */
  late: { read: number; ready: number };
}

/** Reads over all grants uniformly, beside the same framework doing nothing and doing nearly nothing. */
export async function tokenRead(ground: Ground, store: Store, home: Home, plan: Plan, figures: Figures): Promise<void> {
  const { grants, each, fixedRate, seconds } = plan.reads;
  const headers = { authorization: `Bearer ${home.runtimeKey}` };
  const ask = () => JSON.stringify({ profile: 'bench', user: `user-${randomInt(grants)}` });
  const readRequest = () => requestOf('POST', '/v1/token', headers, ask());
  const constantRequest = requestOf('GET', '/constant', headers);

  const bare = await ground.startBare('server', { KEY_HASH: createHash('sha256').update(home.runtimeKey).digest('hex') });
  const [api, quietApi] = [await ground.start('api', store), await ground.start('api', store, { LOG_LEVEL: 'warn' })];
  const read = { part: api, next: readRequest };
  const quiet = { part: quietApi, next: readRequest };
  const constant = { part: bare, next: () => constantRequest };
  const ready = { part: bare, next: () => requestOf('POST', '/ready', headers, ask()) };
  for (const one of [read, quiet, constant, ready]) await asFastAsAnswered(loadOn(one), 3_000);

  const rounds: Round[] = [];
  const before = await recorded(store);
  const cost = (one: Contender) => costOf(one, ground.postgres.pid, each);
  const late = async (one: Contender) => percentile(await atFixedRate(loadOn(one, 200), fixedRate, seconds), 0.99);
  for (let round = 0; round < plan.rounds; round += 1) {
    rounds.push({
      read: await cost(read),
      quiet: await cost(quiet),
      constant: await cost(constant),
      ready: await cost(ready),
      late: { read: await late(read), ready: await late(ready) },
    });
  }
  const [asked, kept] = [plan.rounds * (2 * each + fixedRate * seconds), (await recorded(store)) - before];
  if (kept !== asked) throw new Error(`${asked} tokens went out, ${kept} hand-outs are on record`);
  tell(figures, rounds);
  await Promise.all([api.stop(), quietApi.stop(), bare.stop()]);
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

function tell(figures: Figures, rounds: readonly Round[]): void {
  const note = (what: string, unit: string, of: (round: Round) => number, bounds?: Bounds) =>
    figures.note(row, what, unit, rounds.map(of), bounds);
  const perCpuSecond = 'requests per CPU-second of node';
  note(`read, ${perCpuSecond}`, '', ({ read }) => read.perCpuSecond);
  note(`GET that returns a constant, ${perCpuSecond}`, '', ({ constant }) => constant.perCpuSecond);
  note(`POST with key hash and ready-made answer, ${perCpuSecond}`, '', ({ ready }) => ready.perCpuSecond);
  note('read : constant GET', '×', ({ read, constant }) => read.perCpuSecond / constant.perCpuSecond, { atLeast: 0.35 });
  note('read : ready-made POST', '×', ({ read, ready }) => read.perCpuSecond / ready.perCpuSecond, { atLeast: 0.55 });
  note('the same without a log line per request', '×', ({ quiet, ready }) => quiet.perCpuSecond / ready.perCpuSecond);
  note('CPU of node per read', 'µs', ({ read }) => read.nodeMicroseconds);
  note('CPU of PostgreSQL per read', 'µs', ({ read }) => read.postgresMicroseconds);
  note('CPU of node and PostgreSQL per read', 'µs', ({ read }) => read.nodeMicroseconds + read.postgresMicroseconds, {
    atMost: 450,
  });
  note(`reads at concurrency ${concurrency}, load on the same cores`, '/s', ({ read }) => read.perSecond);
  note('p99 of a read at 1 000/s', 'ms', ({ late }) => late.read);
  note('p99 of the ready-made POST at 1 000/s', 'ms', ({ late }) => late.ready);
  note('p99, read : ready-made POST', '×', ({ late }) => late.read / late.ready, { atMost: 3 });
}
