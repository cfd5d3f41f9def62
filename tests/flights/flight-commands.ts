import fc from 'fast-check';
import type { FlightWorld } from './flight-world.js';
import type { Fate } from './simulated-provider.js';

type Command = fc.AsyncCommand<object, FlightWorld>;

/** A command: one step of the world, after which its rules are checked. Its name is what a counterexample shows. */
function command(name: string, run: (world: FlightWorld) => Promise<unknown>): Command {
  return {
    check: () => true,
    run: async (_model, world) => {
      await run(world);
      await world.check();
    },
    toString: () => name,
  };
}

const fates = fc.oneof(
  { weight: 6, arbitrary: fc.constant<Fate>('answered') },
  { weight: 4, arbitrary: fc.constantFrom<Fate>('lost', 'unheard', 'unreadable', 'busy') },
  { weight: 1, arbitrary: fc.constant<Fate>('bare') },
);
const kinds = fc.oneof(
  { weight: 4, arbitrary: fc.constant('refresh' as const) },
  { weight: 1, arbitrary: fc.constant('exchange' as const) },
);

/**
 * Histories of one account under so many workers. Spans of time are multiples of 8 s, so that PostgreSQL, whose clock goes on while a history runs, is never
 * within seconds of a limit. `mayOmit`: an exchange may bring no refresh token.
 */
export function histories(workers: number, mayOmit: boolean, maxCommands: number): fc.Arbitrary<Iterable<Command>> {
  const worker = fc.nat(workers - 1);
  const omits = mayOmit ? fc.boolean() : fc.constant(false);
  const step = fc
    .tuple(worker, kinds, fates, omits)
    .map(([by, kind, fate, omit]) =>
      command(`worker ${by}: ${kind} (${fate}${omit ? ', no refresh token' : ''})`, (world) => world.step(by, kind, fate, omit)),
    );
  const wait = fc.constantFrom(8, 8, 40, 304).map((s) => command(`${s} s pass`, (world) => world.elapse(s * 1000)));
  const often = [step, step, step, step, step, step, wait];
  const rare = [
    worker.map((by) => command(`worker ${by} is killed`, async (world) => world.crash(by))),
    worker.map((by) => command(`worker ${by}: mark, unheard`, (world) => world.markUnheard(by))),
    worker.map((by) => command(`worker ${by} spills`, async (world) => world.spill(by))),
    fc.constant(command('spilled answers are settled', (world) => world.settleSpilled())),
    fc.constant(command('a new consent', (world) => world.consent())),
    fc.constant(command('sign-out', (world) => world.store.signOut())),
    fc.constant(command('rewrap', (world) => world.store.rewrap())),
    fc.boolean().map((is) => command(is ? 'profile enabled' : 'profile disabled', (world) => world.store.enable(is))),
    fc.constant(command('the sweeper expires', (world) => world.store.expire())),
    fc.boolean().map((is) => command(is ? 'database away' : 'database back', (world) => world.loseDatabase(is))),
    fc.constant(command('revoked at the provider', (world) => world.revokeAtProvider())),
  ];
  return fc.commands([...often, ...often, ...rare], { maxCommands, size: 'max' });
}

/** How a run is asked for: how many histories (one in `every` of those asked for), and one of an earlier run again by its seed and path. */
export function runOptions(usual: number, every = 1): { numRuns: number; seed?: number; path?: string } {
  const { GK_FLIGHT_RUNS, GK_FLIGHT_SEED, GK_FLIGHT_PATH } = process.env;
  return {
    numRuns: GK_FLIGHT_RUNS === undefined ? usual : Math.ceil(Number(GK_FLIGHT_RUNS) / every),
    ...(GK_FLIGHT_SEED === undefined ? {} : { seed: Number(GK_FLIGHT_SEED) }),
    ...(GK_FLIGHT_PATH === undefined ? {} : { path: GK_FLIGHT_PATH }),
  };
}
