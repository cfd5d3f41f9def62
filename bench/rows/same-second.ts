import { setTimeout as pause } from 'node:timers/promises';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import { leadSeconds } from '@grantkeeper/core/grants/refresh-policy';
import type { Figures } from '../figures.js';
import type { Ground, Store } from '../ground.js';
import type { Plan } from '../plan.js';
import { type Home, seedGrants, seedHome } from '../seed.js';
import { ascending, percentile } from '../stats.js';
import { requestOf, Wire } from '../wire.js';

const row = 'same second';
const lifetimeSeconds = 600;
/** By the product's own rule: how long before their end tokens of this life fall due, and by how much the dues are spread. */
const lead = leadSeconds(lifetimeSeconds, null) ?? 0;
const spread = 0.2 * lead;
const readers = 4;
/** What the provider of the crowd takes in a second; the neighbour is another one's, with few grants due in the same time. */
const perSecond = 200;
const neighbours = 200;

interface Heard {
  asked: number;
  expired: number;
  other: number;
}

/** Tokens that end in the same second, their refreshes due as the product would have set them, the first one now. Readers go over all of them meanwhile. */
export async function sameSecond(ground: Ground, plan: Plan, figures: Figures): Promise<void> {
  const store = await ground.store('same_second');
  const limits = { inFlight: 100, perSecond };
  const home = await seedHome(store.pool, store.vault, ground.providerOrigin, { clientId: 'crowd', limits });
  const neighbour = await seedHome(store.pool, store.vault, ground.providerOrigin, { clientId: 'neighbour' });
  const [api, worker] = await Promise.all([ground.start('api', store), ground.start('worker', store)]);
  const grants = { count: plan.sameSecond, lifetimeSeconds, expiresInSeconds: lifetimeSeconds };
  await seedGrants(store.pool, store.vault, home, grants);
  await seedGrants(store.pool, store.vault, neighbour, { ...grants, count: neighbours });
  await store.pool.query(
    `UPDATE "grant" SET expires_at = now() + make_interval(secs => $1), issued_at = now() + make_interval(secs => $1 - $2::float8),
       due_at = now() + make_interval(secs => $3 * random())`,
    [lead + spread, lifetimeSeconds, spread],
  );
  const dues = await duesOf(store, neighbour);
  const started = performance.now();
  let over = false;
  const heard: Heard = { asked: 0, expired: 0, other: 0 };
  let user = 0;
  const read = async (): Promise<void> => {
    const wire = await Wire.open(api.port);
    for (; !over; user += 1) {
      await readOnce(wire, home, `user-${user % plan.sameSecond}`, heard);
      await pause(5); // some 500 reads a second in all: readers, not a load test
    }
    wire.close();
  };
  const reading = Promise.all(Array.from({ length: readers }, read));
  const seconds = await untilFresh(store, started);
  over = true;
  await reading;
  figures.note(row, `${plan.sameSecond} grants due within ${spread} s, from the first due until all are fresh`, 's', [seconds], {
    atMost: 60,
  });
  figures.note(row, `expired tokens handed out in ${heard.asked} reads`, '', [heard.expired], { atMost: 0 });
  figures.note(row, 'reads that gave no token', '', [heard.other], { atMost: 0 });
  const { busiest } = await ground.providerCounts();
  figures.note(row, `refreshes in its busiest second at the provider that takes ${perSecond}`, '', [busiest.crowd ?? 0], {
    atMost: perSecond,
  });
  const lags = await lagsOf(store, neighbour, dues);
  figures.note(row, 'lag of another provider meanwhile, median', 's', [percentile(lags, 0.5)]);
  figures.note(row, 'lag of another provider meanwhile, p99', 's', [percentile(lags, 0.99)], { atMost: 2 });
  await Promise.all([api.stop(), worker.stop()]);
}

async function readOnce(wire: Wire, home: Home, user: string, heard: Heard): Promise<void> {
  const body = JSON.stringify({ profile: 'bench', user, signIn: false });
  const askedAt = Date.now();
  const answer = await wire.ask(requestOf('POST', '/v1/token', { authorization: `Bearer ${home.runtimeKey}` }, body));
  heard.asked += 1;
  const token = answer.status === 200 ? (JSON.parse(answer.body.toString()) as TokenAnswer) : null;
  if (token?.status !== 'ready') heard.other += 1;
  else if (token.expiresAt !== null && Date.parse(token.expiresAt) <= askedAt) heard.expired += 1;
}

async function duesOf({ pool }: Store, { profileId }: Home): Promise<Map<string, Date>> {
  const { rows } = await pool.query<{ id: string; due_at: Date }>('SELECT id, due_at FROM "grant" WHERE profile_id = $1', [
    profileId,
  ]);
  return new Map(rows.map(({ id, due_at: dueAt }) => [id, dueAt]));
}

/** Seconds from when each was due to its mark, ascending. */
async function lagsOf({ pool }: Store, { profileId }: Home, dues: Map<string, Date>): Promise<number[]> {
  const { rows } = await pool.query<{ id: string; issued_at: Date }>('SELECT id, issued_at FROM "grant" WHERE profile_id = $1', [
    profileId,
  ]);
  return ascending(rows.map(({ id, issued_at: markedAt }) => (Number(markedAt) - Number(dues.get(id))) / 1000));
}

async function untilFresh({ pool }: Store, started: number): Promise<number> {
  for (;;) {
    const { rows } = await pool.query<{ stale: number }>('SELECT count(*) AS stale FROM "grant" WHERE version = 1');
    const seconds = (performance.now() - started) / 1000;
    if (rows[0]?.stale === 0) return seconds;
    if (seconds > 180) throw new Error(`${rows[0]?.stale} grants were not fresh after 3 minutes`);
    await pause(250);
  }
}
