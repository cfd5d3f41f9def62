// npm run faults [-- --only F10,F21] [--full] [--seed N]: does every kind of harm to real processes, and asks the oracle after each. docs/operations/faults.md
import { randomInt } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faults } from './faults.js';
import { isGood, keep, type Result, tableOf } from './report.js';
import { Runner } from './run.js';

const { values } = parseArgs({
  options: { only: { type: 'string' }, full: { type: 'boolean', default: false }, seed: { type: 'string' } },
});
const names = values.only?.split(',');
const unknown = names?.filter((name) => !faults.some((fault) => fault.name === name)) ?? [];
if (unknown.length > 0)
  throw new Error(`There is no fault ${unknown.join(', ')}; there are ${faults.map(({ name }) => name).join(', ')}.`);
const seed = values.seed === undefined ? randomInt(1, 2 ** 31) : Number(values.seed);
if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');

const say = (line: string): void => console.log(line);
say(`seed ${seed}`);
const results: Result[] = [];
const runner = new Runner(seed, { kills: values.full ? 200 : 20, full: values.full }, say);
for (const fault of faults.filter(({ name }) => names === undefined || names.includes(name)))
  results.push(await runner.run(fault));
await runner.end();
say(`\n${tableOf(results)}`);
say(`\nseed ${seed}; written to ${keep(fileURLToPath(new URL('./results', import.meta.url)), seed, results)}.md`);
process.exit(results.every(isGood) ? 0 : 1);
