import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Fault } from '../fault.js';
import { Load } from '../harness/load.js';
import { doHarm } from '../harness/random-harm.js';
import type { Stage } from '../harness/stage.js';
import { Usage } from '../harness/usage.js';

const busy = { refreshesPerSecond: 10, readsPerSecond: 20, consentsPerSecond: 1, consentsAnew: true, lifetimeSeconds: 120 };

/** Harms by chance, one after another, then rest, then the oracle: one act of the long form. */
export const chance: Fault = {
  name: 'chance',
  title: 'harms chosen by the seed, one after another',
  expected: 'nothing that must never be',
  stage: {},
  async run(stage) {
    const load = await Load.start(stage, busy);
    const harms = stage.random.between(6, 12);
    for (let harm = 0; harm < harms; harm += 1) await doHarm(stage, load, stage.processes);
    await stage.restore();
    await load.retire();
    const { asked, ready, useless } = load.heard;
    expectThat(useless.length === 0, `${useless.length} tokens handed out were of no use`);
    return {
      runs: harms,
      seen: `${harms} harms; ${ready} tokens in ${asked} asks, ${load.refreshed} refreshes, ${load.consented} consents`,
    };
  },
};

/** The same for a long time, with one api and one worker that are spared, so that what they hold can be watched. */
export function soak(minutes: number): Fault {
  return {
    name: 'soak',
    title: `${minutes} minutes of load and harms`,
    expected: 'memory and handles of a process that lives through it stay flat, and nothing that must never be',
    stage: {},
    run: async (stage) => {
      const load = await Load.start(stage, busy);
      const spared = [stage.system.apis[0], stage.system.workers[0]].flatMap((one) => one ?? []);
      const victims = stage.processes.filter((one) => !spared.includes(one));
      const usage = spared.map((one) => new Usage(one));
      const end = performance.now() + minutes * 60_000;
      const watching = watch(stage, load, usage, end);
      let harms = 0;
      for (; performance.now() < end; harms += 1) await doHarm(stage, load, victims);
      await watching;
      await stage.restore();
      await load.retire();
      expectThat(load.heard.useless.length === 0, `${load.heard.useless.length} tokens handed out were of no use`);
      const risen = usage.flatMap((one) => one.risen());
      expectThat(risen.length === 0, risen.join('; '));
      return {
        runs: harms,
        seen: `${harms} harms, ${load.refreshed} refreshes, ${load.consented} consents; ${usage.map((one) => one.told()).join('; ')}`,
      };
    },
  };
}

/** Looks every 10 s; what the first sixth of the time holds is warming up. */
async function watch(stage: Stage, load: Load, usage: readonly Usage[], end: number): Promise<void> {
  const begun = performance.now();
  const warm = begun + (end - begun) / 6;
  for (let looks = 1; performance.now() < end; looks += 1) {
    await pause(10_000);
    if (performance.now() > warm) for (const one of usage) one.look();
    if (looks % 6 === 0)
      stage.note(`${load.refreshed} refreshes, ${load.consented} consents so far; ${await standing(stage, load)}`);
  }
  for (const one of usage) stage.note(one.table());
}

/** How the load's grants stand. */
async function standing(stage: Stage, load: Load): Promise<string> {
  const counted = stage.db.query<{ text: string }>(
    `SELECT count(*) FILTER (WHERE status = 'active') || ' grants active, ' || count(*) FILTER (WHERE status = 'active' AND due_at < now() - interval '10 s')
       || ' of them due for more than 10 s, ' || count(*) FILTER (WHERE status = 'reconnect_required') || ' to be consented anew' AS text
     FROM "grant" WHERE profile_id = $1`,
    [load.profileId],
  );
  return counted.then(({ rows }) => rows[0]?.text ?? '').catch(() => 'PostgreSQL is down');
}
