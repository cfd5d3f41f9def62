import { createDataSource } from '@grantkeeper/platform/database/data-source';
import { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { FlightBench } from '../support/flight-bench.js';
import { ComparedStore } from './compared-store.js';
import { histories, runOptions } from './flight-commands.js';
import { FlightWorld } from './flight-world.js';
import { MemoryStore } from './memory-store.js';
import { ProductFlights } from './product-flights.js';
import { SimulatedProvider } from './simulated-provider.js';
import { SqlStore } from './sql-store.js';

const reuseSeconds = 64;
const workers = 2;
let bench: FlightBench;
let dataSource: ReturnType<typeof createDataSource>;
let users = 0;

beforeAll(async () => {
  bench = await FlightBench.start({ mode: 'strict' });
  dataSource = await createDataSource(bench.database.url, [], 4).initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await bench.stop();
});

describe('the model of the flights', () => {
  it.each(['strict', 'reuse-grace', 'constant'] as const)(
    'does what PostgreSQL does, with a %s provider',
    async (mode) => {
      const allowed = mode === 'reuse-grace' ? { refreshReuse: { allowedSeconds: reuseSeconds } } : {};
      await bench.revise({ advanced: { revocationUrl: bench.provider.revocationUrl, ...allowed } });
      const unitOfWork = new UnitOfWork(dataSource, () => undefined);
      const property = fc.asyncProperty(histories(workers, false, 60), async (commands) => {
        const clock = { now: Date.now() };
        const provider = new SimulatedProvider(mode, reuseSeconds, () => clock.now);
        users += 1;
        const parts = Array.from({ length: workers }, () => new ProductFlights(bench.pool, bench.vault, () => clock.now));
        const real = new SqlStore(bench, unitOfWork, `user-${users}`, parts);
        const model = new MemoryStore(clock, mode === 'reuse-grace' ? reuseSeconds : null, workers);
        const world = new FlightWorld(new ComparedStore(model, real), provider, clock, workers);
        try {
          await world.begin();
          await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
          await world.healed();
        } finally {
          await real.clear();
        }
      });
      await fc.assert(property, runOptions(10, 50));
    },
    600_000,
  );
});
