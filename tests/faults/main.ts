// npm run faults [-- --only F10,F21] [--full] [--seed N] [--minutes N] [--soak] [--patience N]: see docs/operations/faults.md.
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faults } from './faults.js';
import { chance, soak } from './list/chance.js';
import { isGood, keep, type Result, tableOf } from './report.js';
import { Runner } from './run.js';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    full: { type: 'boolean', default: false },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    soak: { type: 'boolean', default: false },
    patience: { type: 'string' },
  },
});
const names = values.only?.split(',') ?? faults.map(({ name }) => name);
const unknown = names.filter((name) => !faults.some((fault) => fault.name === name));
if (unknown.length > 0)
  throw new Error(`There is no fault ${unknown.join(', ')}; there are ${faults.map(({ name }) => name).join(', ')}.`);
const seed = number('seed', values.seed) ?? randomInt(1, 2 ** 31);
const patience = number('patience', values.patience);
if (patience !== null) process.env.GK_TEST_PATIENCE = String(patience);
const minutes = number('minutes', values.minutes);

const say = (line: string): void => console.log(line);
say(`seed ${seed}`);
const results: Result[] = [];
const runner = new Runner(seed, { kills: values.full ? 200 : 20, full: values.full }, say);
if (values.soak) results.push(await runner.run(soak(minutes ?? 30)));
else if (minutes !== null) await byChance(minutes);
else for (const fault of faults.filter(({ name }) => names.includes(name))) results.push(await runner.run(fault));
await runner.end();
say(`\n${tableOf(results)}`);
say(`\nseed ${seed}; written to ${keep(fileURLToPath(new URL('./results', import.meta.url)), seed, results)}.md`);
process.exit(results.every(isGood) ? 0 : 1);

/** Acts of harms by chance, each with the seed after the one before, so that any of them can be had again alone. */
async function byChance(wanted: number): Promise<void> {
  const end = performance.now() + wanted * 60_000;
  for (let act = 0; act === 0 || performance.now() < end; act += 1) {
    say(`act ${act + 1}, seed ${seed + act}`);
    results.push(await runner.run({ ...chance, title: `${chance.title} (seed ${seed + act})` }, seed + act));
  }
}

function number(name: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} takes a whole number.`);
  return value;
}
