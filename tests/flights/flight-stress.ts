import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createPool, isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import type pg from 'pg';
import type { FlightBench } from '../support/flight-bench.js';
import type { ProviderMode } from '../support/scripted-provider/token-families.js';
import { FlightWorld } from './flight-world.js';
import { ProductFlights } from './product-flights.js';
import type { SeededChance } from './seeded-chance.js';
import { brokenRules } from './send-rules.js';
import { type Fate, SimulatedProvider } from './simulated-provider.js';
import { SqlStore } from './sql-store.js';

const applicationName = 'flight-stress';
const processes = 4;
const connectionsEach = 4;
const accounts = 24;
/** Workers that may be in flight for one account at a time. */
const workersEach = 4;
const fates: Fate[] = ['answered', 'answered', 'answered', 'answered', 'lost', 'unheard', 'unreadable', 'busy', 'bare'];

interface Lane {
  world: FlightWorld;
  worker: number;
  /** Rounds for which it does nothing; it may be in the middle of anything. */
  frozenFor: number;
  /** Its step has not ended yet. */
  isBusy: boolean;
}

/**
 * The product's own statements from 16 connections of 4 processes. In each round a seed chooses which workers take a step and what else happens, and all of it
 * goes to PostgreSQL at once: a seed repeats the rounds; which statement of a round comes first is PostgreSQL's to say.
 */
export class FlightStress {
  readonly worlds: FlightWorld[] = [];
  private readonly pools: pg.Pool[];
  private readonly lanes: Lane[] = [];
  private readonly waiting = new Set<Promise<void>>();
  private disabledFor = 0;

  constructor(
    private readonly bench: FlightBench,
    unitOfWork: UnitOfWork,
    private readonly chance: SeededChance,
    mode: ProviderMode,
    reuseSeconds: number,
    /** Less than 10; another for each run on one database. */
    run: number,
  ) {
    const url = new URL(bench.database.url);
    url.searchParams.set('application_name', applicationName);
    this.pools = Array.from({ length: processes }, () => createPool(url.href, connectionsEach));
    const now = (): number => Math.max(...this.worlds.map(({ clock }) => clock.now));
    const parts = this.pools.map((pool) => new ProductFlights(pool, new Vault(pool, bench.ring), now));
    for (let account = 0; account < accounts; account += 1) {
      const clock = { now: Date.now() };
      const workers = Array.from({ length: workersEach }, (_, index) => parts[(account + index) % processes] as ProductFlights);
      const store = new SqlStore(bench, unitOfWork, `run-${run}-${account}`, workers);
      const provider = new SimulatedProvider(mode, reuseSeconds, () => clock.now);
      const world = new FlightWorld(store, provider, clock, workersEach, run * 100 + account);
      this.worlds.push(world);
      for (let worker = 0; worker < workersEach; worker += 1) this.lanes.push({ world, worker, frozenFor: 0, isBusy: false });
    }
  }

  get sends(): number {
    return this.worlds.reduce((sum, { provider }) => sum + provider.sends.length, 0);
  }

  async begin(): Promise<void> {
    await Promise.all(this.worlds.map((world) => world.begin()));
    for (const world of this.worlds) world.checkEachStep(false);
  }

  /** Rounds until so many requests have been sent. */
  async run(sends: number): Promise<void> {
    while (this.sends < sends) await this.round();
  }

  /** Lets everything end and heal; answers the rules that were broken. */
  async rest(): Promise<string[]> {
    await this.worlds[0]?.store.enable(true);
    await Promise.all(this.worlds.map((world) => world.elapse(40_000))); // nothing is in flight any more, and nobody waits for it
    await Promise.all(this.waiting);
    for (const world of this.worlds) world.checkEachStep(true);
    const ends = await Promise.allSettled(this.worlds.map((world) => world.healed()));
    return [
      ...this.worlds.flatMap(({ provider }) => brokenRules(provider.sends)),
      ...ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : [])),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }

  private async round(): Promise<void> {
    const { chance } = this;
    const work = this.lanes.filter((lane) => this.isReady(lane)).map((lane) => this.step(lane));
    for (const world of this.worlds) if (chance.happens(0.2)) work.push(this.event(world));
    if (chance.happens(0.02)) work.push(this.cut());
    if (chance.happens(0.003)) work.push((this.worlds[0] as FlightWorld).store.rewrap());
    if (this.disabledFor > 0) {
      this.disabledFor -= 1;
      if (this.disabledFor === 0) work.push((this.worlds[0] as FlightWorld).store.enable(true));
    } else if (chance.happens(0.01)) {
      this.disabledFor = 1 + chance.below(3);
      work.push((this.worlds[0] as FlightWorld).store.enable(false));
    }
    await Promise.all(work);
  }

  private isReady(lane: Lane): boolean {
    if (lane.frozenFor > 0) {
      lane.frozenFor -= 1;
      return false;
    }
    if (this.chance.happens(0.03)) lane.frozenFor = this.chance.below(40);
    return !lane.isBusy && this.chance.happens(0.5);
  }

  private async step(lane: Lane): Promise<void> {
    const { chance } = this;
    const { world, worker } = lane;
    if (chance.happens(0.02)) return world.crash(worker);
    if (chance.happens(0.02)) return world.markUnheard(worker);
    const kind = chance.happens(0.8) ? 'refresh' : 'exchange';
    const step = world.step(worker, kind, chance.oneOf(fates), chance.happens(0.3)).catch(unlessAway);
    if (!world.mayWait(worker)) return step;
    lane.isBusy = true; // a consent without a refresh token waits for another flight to end, which a later round brings about
    const waiting = step.finally(() => {
      lane.isBusy = false;
      this.waiting.delete(waiting);
    });
    this.waiting.add(waiting);
  }

  private async event(world: FlightWorld): Promise<void> {
    const { chance } = this;
    const which = chance.below(20);
    if (which < 8) return world.elapse(chance.oneOf([8_000, 40_000, 304_000]));
    if (which < 15) return world.consent();
    if (which < 16) return world.store.signOut();
    if (which < 17) return world.revokeAtProvider();
    return world.store.expire();
  }

  /** A process loses one of its connections, whatever it is used for. */
  private async cut(): Promise<void> {
    const pids = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = '${applicationName}' ORDER BY pid`;
    const { rows } = await this.bench.pool.query<{ pid: number }>(pids);
    if (rows.length > 0) await this.bench.pool.query('SELECT pg_terminate_backend($1)', [this.chance.oneOf(rows).pid]);
  }
}

/** A read that found no database is a job that is tried again. */
function unlessAway(error: unknown): void {
  if (!isDatabaseAway(error)) throw error;
}
