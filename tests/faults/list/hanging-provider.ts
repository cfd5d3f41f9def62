import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { expectThat, type Fault } from '../fault.js';
import { seedGrants } from '../harness/seeded-grants.js';
import type { Stage } from '../harness/stage.js';

const neighbours = 19;
const lifetimeSeconds = 600;
const overSeconds = 8;
const lagAtMostSeconds = 1;

/** One provider takes every request and answers none; nineteen others, with the usual limits too, have refreshes due meanwhile. */
export const hangingProvider: Fault = {
  name: 'hang',
  title: 'one of 20 providers hangs, with far more due than may be under way',
  expected: `refreshes at the others are marked within ${lagAtMostSeconds} s of being due, each once`,
  async run(stage, { full }) {
    const count = full ? 50 : 10;
    const hanging = await home(stage);
    hanging.provider.answerNextToken({ kind: 'hang', processed: false }, 100_000, 'refresh_token');
    const others = await Promise.all(Array.from({ length: neighbours }, () => home(stage)));
    await dueSoon(stage, hanging, 400, () => 0);
    await eventually(() => expectThat(hanging.provider.load.peak >= 20, 'nothing hangs yet'), { withinMs: 20_000 });
    for (const other of others) await dueSoon(stage, other, count, (index) => 1 + (overSeconds * index) / count);
    const ids = others.map(({ profile }) => profile.id);
    const dues = await duesOf(stage, ids);
    await pause((1 + overSeconds) * 1000);
    await eventually(async () => expectThat((await marksOf(stage, ids)).size === dues.size, 'not all are refreshed'), {
      withinMs: 20_000,
    });
    const marks = await marksOf(stage, ids);
    await hanging.provider.goDown(); // ends what hangs
    await Promise.all(
      [hanging, ...others].map(({ profile }) => stage.system.asOperator('POST', `/v1/profiles/${profile.id}/disable`)),
    );
    const lags = [...dues]
      .map(([id, due]) => (marks.get(id) ?? Number.POSITIVE_INFINITY) - due)
      .sort((one, other) => one - other);
    const [median, longest] = [lags[Math.floor(lags.length / 2)] ?? 0, lags.at(-1) ?? 0];
    expectThat(hanging.provider.load.peak <= 20, `${hanging.provider.load.peak} requests were under way at the one that hangs`);
    expectThat(longest < lagAtMostSeconds, `one was marked ${longest.toFixed(2)} s after it was due`);
    const seen = `${dues.size} refreshes at ${neighbours} others, marked ${median.toFixed(2)} s after being due, the last after ${longest.toFixed(2)} s; at most ${hanging.provider.load.peak} hung`;
    return { runs: dues.size, seen };
  },
};

type Home = Awaited<ReturnType<typeof home>>;

/** A provider with a profile of its own. */
async function home(stage: Stage) {
  const provider = await stage.providers.add({ mode: 'strict', accessTokenSeconds: lifetimeSeconds });
  const profile = await stage.system.givenProfile(provider);
  return { provider, profile };
}

/** Grants that fall due after so many seconds, each by its place in the row. */
async function dueSoon(
  stage: Stage,
  { provider, profile }: Home,
  count: number,
  seconds: (index: number) => number,
): Promise<void> {
  const leadSeconds = lifetimeSeconds / 2;
  const age = (index: number): number => (lifetimeSeconds - leadSeconds - seconds(index)) / lifetimeSeconds;
  await seedGrants(stage, provider, { profile, key: '' }, { count, lifetimeSeconds, leadSeconds, age });
}

const secondsById = async (stage: Stage, column: string, condition: string, ids: string[]): Promise<Map<string, number>> => {
  const { rows } = await stage.db.query<{ id: string; at: number }>(
    `SELECT id, extract(epoch FROM ${column})::float8 AS at FROM "grant" WHERE profile_id = ANY($1) AND ${condition}`,
    [ids],
  );
  return new Map(rows.map(({ id, at }) => [id, at]));
};
const duesOf = (stage: Stage, ids: string[]) => secondsById(stage, 'due_at', 'version = 1', ids);
/** A token counts from its mark. */
const marksOf = (stage: Stage, ids: string[]) => secondsById(stage, 'issued_at', 'version = 2', ids);
