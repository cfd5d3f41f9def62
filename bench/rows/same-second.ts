import { setTimeout as pause } from 'node:timers/promises';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import type { Figures } from '../figures.js';
import type { Ground, Store } from '../ground.js';
import type { Plan } from '../plan.js';
import { type Home, seedGrants } from '../seed.js';
import { requestOf, Wire } from '../wire.js';

const row = 'same second';
const secondsLeft = 60;
const readers = 4;

interface Heard {
  asked: number;
  expired: number;
  other: number;
}

/**
 * The worst that tokens ending in the same second can do: every refresh due at the same instant, a minute before the end.
 * Readers go over all of them meanwhile.
 */
export async function sameSecond(ground: Ground, store: Store, home: Home, plan: Plan, figures: Figures): Promise<void> {
  const [api, worker] = await Promise.all([ground.start('api', store), ground.start('worker', store)]);
  const prefix = 'same-second-';
  const tokens = { expiresInSeconds: 600, lifetimeSeconds: 600, dueInSeconds: 600 };
  await seedGrants(store.pool, store.vault, home, { count: plan.sameSecond, prefix, ...tokens });
  await store.pool.query(
    `UPDATE "grant" SET expires_at = now() + make_interval(secs => $2), issued_at = now() + make_interval(secs => $2) - interval '10 min', due_at = now()
     WHERE user_id LIKE $1 || '%'`,
    [prefix, secondsLeft],
  );
  const started = performance.now();
  let over = false;
  const heard: Heard = { asked: 0, expired: 0, other: 0 };
  let user = 0;
  const read = async (): Promise<void> => {
    const wire = await Wire.open(api.port);
    for (; !over; user += 1) {
      await readOnce(wire, home, `${prefix}${user % plan.sameSecond}`, heard);
      await pause(5); // some 500 reads a second in all: readers, not a load test
    }
    wire.close();
  };
  const reading = Promise.all(Array.from({ length: readers }, read));
  const seconds = await untilFresh(store, prefix, started);
  over = true;
  await reading;
  figures.note(row, `${plan.sameSecond} grants due at once, until all are fresh`, 's', [seconds], { atMost: 60 });
  figures.note(row, `expired tokens handed out in ${heard.asked} reads`, '', [heard.expired], { atMost: 0 });
  figures.note(row, 'reads that gave no token', '', [heard.other], { atMost: 0 });
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

async function untilFresh({ pool }: Store, prefix: string, started: number): Promise<number> {
  for (;;) {
    const { rows } = await pool.query<{ stale: number }>(
      `SELECT count(*) AS stale FROM "grant" WHERE due_at <= now() AND status = 'active' AND user_id LIKE $1 || '%'`,
      [prefix],
    );
    const seconds = (performance.now() - started) / 1000;
    if (rows[0]?.stale === 0) return seconds;
    if (seconds > 180) throw new Error(`${rows[0]?.stale} grants were still due after 3 minutes`);
    await pause(100);
  }
}
