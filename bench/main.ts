// npm run bench [-- --quick] [--only read,refresh] [--profile]: what the product costs, beside bare servers in the same run.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Figures } from './figures.js';
import { Ground } from './ground.js';
import { root } from './part.js';
import { fullPlan, type Plan, quickPlan } from './plan.js';
import { conditionsOf, report } from './report.js';
import { consent } from './rows/consent.js';
import { lists } from './rows/lists.js';
import { localStack } from './rows/local-stack.js';
import { readersAtExpiry } from './rows/readers-at-expiry.js';
import { refresh } from './rows/refresh.js';
import { sameSecond } from './rows/same-second.js';
import { sweeper } from './rows/sweeper.js';
import { tokenRead } from './rows/token-read.js';
import { Stores } from './stores.js';

const say = (line: string): void => console.log(line);

interface Bench {
  ground: Ground;
  stores: Stores;
  plan: Plan;
  figures: Figures;
}

/** Every row of the table, in the order in which they are measured. */
const rows: Record<string, (bench: Bench) => Promise<void>> = {
  stack: ({ plan, figures }) => localStack(plan, figures),
  read: async ({ ground, stores, plan, figures }) => {
    const { store, home } = await stores.with(plan.reads.grants);
    await tokenRead(ground, store, home, plan, figures);
  },
  refresh: async ({ ground, stores, plan, figures }) =>
    refresh(ground, (await stores.with(plan.reads.grants)).store, plan, figures),
  readers: async ({ ground, stores, plan, figures }) => {
    const { store, home } = await stores.with(plan.sweep.fewer);
    await readersAtExpiry(ground, store, home, plan, figures);
  },
  consent: async ({ ground, stores, plan, figures }) => {
    const { store, home } = await stores.with(plan.sweep.fewer);
    await consent(ground, store, home, plan, figures);
  },
  lists: ({ ground, plan, figures }) => lists(ground, plan, figures),
  'same-second': ({ ground, plan, figures }) => sameSecond(ground, plan, figures),
  sweep: async ({ ground, stores, plan, figures }) => {
    const [fewer, more] = [await stores.with(plan.sweep.fewer), await stores.with(plan.sweep.more)];
    await sweeper(ground, { fewer, more }, plan, figures);
  },
};

const { values } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, profile: { type: 'boolean', default: false } },
});
const wanted = values.only?.split(',') ?? Object.keys(rows);
const unknown = wanted.filter((name) => !(name in rows));
if (unknown.length > 0) throw new Error(`There is no row ${unknown.join(', ')}; there are ${Object.keys(rows).join(', ')}.`);

const started = performance.now();
const plan = values.quick ? quickPlan : fullPlan;
const figures = new Figures(say);
const ground = await Ground.prepare(values.profile ? join(root, 'bench/results/profiles') : null);
try {
  const bench = { ground, stores: new Stores(ground, say), plan, figures };
  for (const name of wanted) {
    say(name);
    await rows[name]?.(bench);
  }
  say(`\n${report(await conditionsOf(ground, plan), figures)}`);
} finally {
  await ground.clear();
}
say(`${Math.round((performance.now() - started) / 1000)} s in all; written to bench/results`);
