import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Outcome, type Scale } from '../fault.js';
import { Load } from './load.js';
import type { Stage } from './stage.js';

/** A grant that is due for longer is behind: the sweeper looks each second. */
const behindAfterSeconds = 2;

export interface Outage {
  /** How long the harm lasts, in the short and in the full form. */
  seconds: { short: number; full: number };
  /** Within how many seconds after it no grant is behind any more. */
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
  await refreshedMore(load, 3 * busy.refreshesPerSecond);
  const begun = performance.now();
  await outage.harm(full ? outage.seconds.full : outage.seconds.short, load);
  const mended = performance.now();
  const behind = await countBehind(stage, load);
  const caughtUpMs = await caughtUp(stage, load, outage.caughtUpWithinSeconds);
  await refreshedMore(load, busy.refreshesPerSecond);
  const lasted = (mended - begun) / 1000;
  await load.retire();
  const { asked, ready, useless } = load.heard;
  const lost = await lostGrants(stage, load);
  expectThat(useless.length === 0, `${useless.length} tokens were of no use when they were handed out`);
  expectThat(lost === 0, `${lost} grants were lost`);
  return {
    runs: 1,
    seen:
      `${load.grants.length} grants, ${load.refreshed} refreshes, ${lasted.toFixed(1)} s of harm, ${behind} behind then, caught up ` +
      `${(caughtUpMs / 1000).toFixed(1)} s later; ${ready} tokens in ${asked} asks, ${useless.length} expired; ${lost} grants lost`,
  };
}

async function refreshedMore(load: Load, count: number): Promise<void> {
  const before = load.refreshed;
  const deadline = performance.now() + 30_000;
  while (load.refreshed < before + count) {
    expectThat(performance.now() < deadline, `${load.refreshed - before} refreshes in 30 s, not ${count}`);
    await pause(100);
  }
}

/** Milliseconds until no grant is behind. */
async function caughtUp(stage: Stage, load: Load, withinSeconds: number): Promise<number> {
  const begun = performance.now();
  for (;;) {
    const behind = await countBehind(stage, load);
    const ms = performance.now() - begun;
    if (behind === 0) return ms;
    expectThat(ms < withinSeconds * 1000, `${behind} grants are still behind after ${withinSeconds} s`);
    await pause(100);
  }
}

async function countBehind(stage: Stage, load: Load): Promise<number> {
  const { rows } = await stage.db.query<{ behind: number }>(
    `SELECT count(*)::int AS behind FROM "grant" WHERE profile_id = $1 AND status = 'active' AND due_at < now() - make_interval(secs => $2)`,
    [load.profileId, behindAfterSeconds],
  );
  return rows[0]?.behind ?? 0;
}

async function lostGrants(stage: Stage, load: Load): Promise<number> {
  const { rows } = await stage.db.query<{ lost: number }>(
    `SELECT count(*)::int AS lost FROM "grant" WHERE profile_id = $1 AND status <> 'active'`,
    [load.profileId],
  );
  return rows[0]?.lost ?? 0;
}
