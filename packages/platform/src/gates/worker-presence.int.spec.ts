import type { Place } from '@grantkeeper/core/grants/provider-limits';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import type { Lesson } from './provider-gates.js';
import { teachGates, WorkerPresence } from './worker-presence.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 8);
});
beforeEach(() => pool.query('TRUNCATE worker, provider_gate'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A worker whose clock stands still until it is moved. */
function newWorker() {
  const state = { nowMs: 0, fits: true, heard: [] as readonly Lesson[] };
  const gates = {
    fit: (_place: Place) => state.fits,
    serve: () => undefined,
    learn: (lessons: readonly Lesson[]) => {
      state.heard = lessons;
    },
  };
  const presence = new WorkerPresence(pool, gates, () => state.nowMs);
  return { state, presence };
}
const workers = (count: number) => Array.from({ length: count }, newWorker);
const parts = (all: { presence: WorkerPresence }[]) => all.map(({ presence: { place } }) => place && [place.members, place.rank]);
const whole = (all: { presence: WorkerPresence }[]): number =>
  all.reduce((sum, { presence: { place } }) => sum + (place === null ? 0 : 1 / place.members), 0);
/** As if nothing had been heard of all workers for so long. */
const silent = (seconds: number) => pool.query('UPDATE worker SET beat_at = beat_at - make_interval(secs => $1)', [seconds]);

describe('workers that share limits', () => {
  it('take all where one is alone', async () => {
    const [one] = workers(1) as [ReturnType<typeof newWorker>];
    await one.presence.join();
    expect(parts([one])).toEqual([[1, 0]]);
  });

  it('take no part before the others have made room for it', async () => {
    const [one, two] = workers(2) as [ReturnType<typeof newWorker>, ReturnType<typeof newWorker>];
    await one.presence.join();
    await two.presence.join();
    expect(parts([one, two])).toEqual([[1, 0], null]);
    one.state.fits = false; // more is under way than half
    await one.presence.beat();
    await one.presence.beat();
    await two.presence.beat();
    expect(parts([one, two])).toEqual([[2, 0], null]);
    one.state.fits = true;
    await one.presence.beat();
    await two.presence.beat();
    expect(parts([one, two])).toEqual([
      [2, 0],
      [2, 1],
    ]);
  });

  it('never hold more than the whole together, whoever beats when, joins, leaves or dies', async () => {
    const all = workers(6);
    for (let step = 0; step < 240; step += 1) {
      const one = all[(step * 7 + Math.floor(step / 5)) % all.length] as ReturnType<typeof newWorker>;
      if (step % 41 === 40) {
        await one.presence.leave();
        all.splice(all.indexOf(one), 1, newWorker());
      } else if (step % 59 === 58) {
        all.splice(all.indexOf(one), 1); // killed
        await silent(6);
        for (const each of all) each.state.nowMs += 6_000;
      } else await one.presence.beat();
      expect(whole(all)).toBeLessThanOrEqual(1.000001);
    }
    await Promise.all(Array.from({ length: 6 }, async () => Promise.all(all.map(({ presence }) => presence.beat()))));
    for (let round = 0; round < 4; round += 1) for (const { presence } of all) await presence.beat();
    expect(whole(all)).toBeCloseTo(1);
  });

  it('that join at the same moment agree', async () => {
    const all = workers(8);
    await Promise.all(all.map(({ presence }) => presence.join()));
    for (let round = 0; round < 4; round += 1) {
      await Promise.all(all.map(({ presence }) => presence.beat()));
      expect(whole(all)).toBeLessThanOrEqual(1.000001);
    }
    expect(parts(all).map((part) => part?.[0])).toEqual(Array.from({ length: 8 }, () => 8));
    expect(new Set(parts(all).map((part) => part?.[1])).size).toBe(8);
  });

  it('take over the part of one that is not heard of for 5 s, and at once that of one that leaves', async () => {
    const all = workers(3) as [ReturnType<typeof newWorker>, ReturnType<typeof newWorker>, ReturnType<typeof newWorker>];
    for (let round = 0; round < 5; round += 1) for (const { presence } of all) await presence.beat();
    const [one, two, three] = all;
    await three.presence.leave();
    for (let round = 0; round < 2; round += 1) for (const { presence } of [one, two]) await presence.beat();
    expect(parts(all)).toEqual([[2, 0], [2, 1], null]);
    await pool.query(`UPDATE worker SET beat_at = now() - interval '6 s' WHERE joined_at = (SELECT min(joined_at) FROM worker)`);
    await two.presence.beat();
    await two.presence.beat();
    expect(parts([two])).toEqual([[1, 0]]);
  });

  it('hold nothing when they have not reached the database for 3 s, nor before the others have made room again', async () => {
    const [one, two] = workers(2) as [ReturnType<typeof newWorker>, ReturnType<typeof newWorker>];
    for (let round = 0; round < 4; round += 1) for (const { presence } of [one, two]) await presence.beat();
    one.state.nowMs = 3_001;
    expect(parts([one, two])).toEqual([null, [2, 1]]);
    await silent(6);
    await two.presence.beat();
    await two.presence.beat();
    expect(parts([two])).toEqual([[1, 0]]);
    await one.presence.beat();
    await one.presence.beat();
    expect(parts([one])).toEqual([null]);
    for (let round = 0; round < 3; round += 1) for (const { presence } of [two, one]) await presence.beat();
    expect(parts([one, two]).map((part) => part?.[0])).toEqual([2, 2]);
  });

  it('begin anew where their rows were lost', async () => {
    const all = workers(2);
    for (let round = 0; round < 4; round += 1) for (const { presence } of all) await presence.beat();
    await pool.query('TRUNCATE worker');
    for (let round = 0; round < 4; round += 1) {
      for (const { presence } of all) await presence.beat();
      expect(whole(all)).toBeLessThanOrEqual(1);
    }
    expect(whole(all)).toBe(1);
  });
});

describe('what a 429 has taught', () => {
  const lesson = { origin: 'https://id.example', clientId: 'c', perSecond: 50, closedSeconds: 7 };

  it('is heard by every worker with its next beat, and of several lessons at once the slowest', async () => {
    const { state, presence } = newWorker();
    await presence.join();
    await teachGates(pool, lesson);
    await teachGates(pool, { ...lesson, perSecond: 40, closedSeconds: 2 });
    await teachGates(pool, { ...lesson, perSecond: 60, closedSeconds: 1 });
    await teachGates(pool, { ...lesson, clientId: 'other' });
    await presence.beat();
    const mine = state.heard.find(({ clientId }) => clientId === 'c') as Lesson;
    expect(state.heard).toHaveLength(2);
    expect(mine).toMatchObject({ origin: 'https://id.example', perSecond: 40 });
    expect(mine.closedSeconds).toBeGreaterThan(6);
    expect(mine.ageSeconds).toBeLessThan(1);
  });

  it('is replaced by what comes when the gate was open again, and not told after ten minutes', async () => {
    const { state, presence } = newWorker();
    await teachGates(pool, lesson);
    await pool.query(`UPDATE provider_gate SET closed_until = now() - interval '1 ms'`);
    await teachGates(pool, { ...lesson, perSecond: 80 });
    await presence.join();
    expect(state.heard).toMatchObject([{ perSecond: 80 }]);
    await pool.query(`UPDATE provider_gate SET closed_until = now(), taught_at = now() - interval '10 minutes'`);
    await presence.beat();
    expect(state.heard).toEqual([]);
  });
});
