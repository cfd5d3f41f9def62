import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Outcome, type Scale } from '../fault.js';
import { Load } from './load.js';
import type { Stage } from './stage.js';

/** Nothing that could be refreshed is due for longer, also long after. */
const dueAtMostSeconds = 10;

export interface Outage {
  /** How long the harm lasts, in the short and in the full form. */
  seconds: { short: number; full: number };
  /** Within how many seconds after it everything is done that was due when it ended. */
  caughtUpWithinSeconds: number;
  /** Of the access tokens in the short form, 60 unless given; 600 in the full one. */
  lifetimeSeconds?: number;
  /** Does the harm, and mends it after `seconds`. */
  harm(seconds: number, load: Load): Promise<void>;
}

/** Refreshes and reads go on while harm is done: nobody is handed an expired token, no grant is lost, and what was left is done soon after. */
export async function throughOutage(stage: Stage, { full }: Scale, outage: Outage): Promise<Outcome> {
  const busy = full
    ? { refreshesPerSecond: 100, readsPerSecond: 50, lifetimeSeconds: 600 }
    : { refreshesPerSecond: 30, readsPerSecond: 20, lifetimeSeconds: outage.lifetimeSeconds ?? 60 };
  const load = await Load.start(stage, { ...busy, consentsPerSecond: 0 });
  try {
    return await harmed(stage, load, outage, full ? outage.seconds.full : outage.seconds.short, busy.refreshesPerSecond);
  } finally {
    await load.retire();
  }
}

async function harmed(stage: Stage, load: Load, outage: Outage, seconds: number, perSecond: number): Promise<Outcome> {
  await refreshedMore(load, 3 * perSecond);
  await keepsUp(stage, load);
  const begun = performance.now();
  await outage.harm(seconds, load);
  const mended = performance.now();
  const end = await instant(stage);
  const left = await countDueBy(stage, load, end);
  const caughtUpMs = await caughtUp(stage, load, end, outage.caughtUpWithinSeconds);
  await refreshedMore(load, perSecond);
  const late = await countDueBy(stage, load, await instant(stage, -dueAtMostSeconds));
  expectThat(late === 0, `${late} grants are due for more than ${dueAtMostSeconds} s, after all was caught up`);
  const lasted = (mended - begun) / 1000;
  const { asked, ready, useless } = load.heard;
  const lost = await lostGrants(stage, load);
  expectThat(useless.length === 0, `${useless.length} tokens were of no use when they were handed out`);
  expectThat(lost === 0, `${lost} grants were lost`);
  return {
    runs: 1,
    seen:
      `${load.grants.length} grants, ${load.refreshed} refreshes, ${lasted.toFixed(1)} s of harm, ${left} due then, all done ` +
      `${(caughtUpMs / 1000).toFixed(1)} s later; ${ready} tokens in ${asked} asks, ${useless.length} expired; ${lost} grants lost`,
  };
}

/** Before the harm: what is seen after it is then the harm's doing, and not a machine's that is too slow for so many. */
async function keepsUp(stage: Stage, load: Load): Promise<void> {
  const withinMs = 60_000;
  const begun = performance.now();
  while ((await countDueBy(stage, load, await instant(stage, -3))) > 0) {
    if (performance.now() - begun > withinMs)
      throw new Error(`without any harm grants are due for more than 3 s: ${await told(stage, load, await instant(stage))}`);
    await pause(100);
  }
}

async function refreshedMore(load: Load, count: number): Promise<void> {
  const before = load.refreshed;
  const deadline = performance.now() + 30_000;
  while (load.refreshed < before + count) {
    expectThat(performance.now() < deadline, `${load.refreshed - before} refreshes in 30 s, not ${count}`);
    await pause(100);
  }
}

/** Milliseconds until everything is done that was due by then. */
async function caughtUp(stage: Stage, load: Load, end: string, withinSeconds: number): Promise<number> {
  const begun = performance.now();
  for (let looks = 1; ; looks += 1) {
    const left = await countDueBy(stage, load, end);
    const ms = performance.now() - begun;
    if (left === 0) return ms;
    if (looks % 20 === 0) stage.note(`${left} left: ${await told(stage, load, end)}`);
    if (ms > withinSeconds * 1000)
      throw new Error(
        `${left} grants that were due when the harm ended still are, ${withinSeconds} s after it: ${await told(stage, load, end)}`,
      );
    await pause(100);
  }
}

/** Where they stand that were due by then. */
async function told(stage: Stage, load: Load, at: string): Promise<string> {
  const { rows } = await stage.db.query<{ text: string }>(
    `SELECT concat_ws(', ', count(*) FILTER (WHERE attempt IS NOT NULL) || ' marked', count(*) FILTER (WHERE queued_until > now()) || ' trusted to a queue or put off',
       round(extract(epoch FROM max(queued_until) - now()), 1) || ' s for the longest', 'due for ' || round(extract(epoch FROM now() - min(due_at)), 1) || ' s',
       (SELECT string_agg(DISTINCT g.last_failure, ' ') FROM "grant" g WHERE g.profile_id = $1 AND g.status = 'active' AND g.due_at <= $2)) AS text
     FROM "grant" WHERE profile_id = $1 AND status = 'active' AND due_at <= $2`,
    [load.profileId, at],
  );
  return rows[0]?.text ?? '';
}

/** By PostgreSQL's clock, so many seconds from now. */
async function instant(stage: Stage, seconds = 0): Promise<string> {
  const { rows } = await stage.db.query<{ at: string }>('SELECT (now() + make_interval(secs => $1))::text AS at', [seconds]);
  return rows[0]?.at ?? '';
}

async function countDueBy(stage: Stage, load: Load, at: string): Promise<number> {
  const { rows } = await stage.db.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM "grant" WHERE profile_id = $1 AND status = 'active' AND due_at <= $2`,
    [load.profileId, at],
  );
  return rows[0]?.count ?? 0;
}

async function lostGrants(stage: Stage, load: Load): Promise<number> {
  const { rows } = await stage.db.query<{ lost: number }>(
    `SELECT count(*)::int AS lost FROM "grant" WHERE profile_id = $1 AND status <> 'active'`,
    [load.profileId],
  );
  return rows[0]?.lost ?? 0;
}
