import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { ProviderMode } from '../support/scripted-provider/token-families.js';
import { histories, runOptions } from './flight-commands.js';
import { FlightWorld } from './flight-world.js';
import { MemoryStore } from './memory-store.js';
import { SimulatedProvider } from './simulated-provider.js';

const reuseSeconds = 64;

/** A world in memory, with a grant that a first exchange has brought. */
async function world(mode: ProviderMode, workers: number): Promise<FlightWorld> {
  const clock = { now: 1_000_000 };
  const provider = new SimulatedProvider(mode, reuseSeconds, () => clock.now);
  const store = new MemoryStore(clock, mode === 'reuse-grace' ? reuseSeconds : null, workers);
  const made = new FlightWorld(store, provider, clock, workers);
  await made.begin();
  return made;
}

const modes = ['strict', 'reuse-grace', 'constant'] as const;
const cells = modes.flatMap((mode) => [2, 3].map((workers) => [mode, workers] as const));

describe('flights, whatever is killed, frozen, lost or done meanwhile', () => {
  it.each(cells)(
    'keep their rules with a %s provider and %d workers',
    async (mode, workers) => {
      const property = fc.asyncProperty(histories(workers, true, 80), async (commands) => {
        const one = await world(mode, workers);
        await fc.asyncModelRun(() => ({ model: {}, real: one }), commands);
        await one.healed();
      });
      await fc.assert(property, runOptions(200));
    },
    600_000,
  );
});
