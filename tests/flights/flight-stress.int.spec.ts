import { createDataSource } from '@grantkeeper/platform/database/data-source';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FlightBench } from '../support/flight-bench.js';
import { runOptions } from './flight-commands.js';
import { FlightStress } from './flight-stress.js';
import { brokenChanges, traceRows } from './row-trace.js';
import { SeededChance } from './seeded-chance.js';

const reuseSeconds = 64;
let bench: FlightBench;
let dataSource: ReturnType<typeof createDataSource>;

beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
  dataSource = await createDataSource(bench.database.url, [], 8).initialize();
  await traceRows(bench.pool);
});
afterAll(async () => {
  await dataSource.destroy();
  await bench.stop();
});

const modes = [
  ['strict', 1],
  ['reuse-grace', 2],
  ['constant', 3],
] as const;

describe('flights from 16 connections at once', () => {
  it.each(modes)(
    'keep their rules with a %s provider',
    async (mode, run) => {
      const { numRuns: sends, seed = Date.now() % 1_000_000 } = runOptions(150, modes.length);
      const allowed = mode === 'reuse-grace' ? { refreshReuse: { allowedSeconds: reuseSeconds } } : {};
      await bench.revise({ advanced: { revocationUrl: bench.provider.revocationUrl, ...allowed } });
      const unitOfWork = new UnitOfWork(dataSource, () => undefined);
      const stress = new FlightStress(bench, unitOfWork, new SeededChance(seed), mode, reuseSeconds, run);
      try {
        await stress.begin();
        await stress.run(sends);
        const broken = [...(await stress.rest()), ...(await brokenChanges(bench.pool)).broken];
        expect({ GK_FLIGHT_SEED: seed, broken }).toEqual({ GK_FLIGHT_SEED: seed, broken: [] });
      } finally {
        await stress.stop();
      }
    },
    600_000,
  );
});
