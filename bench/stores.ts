import type { Ground, Store } from './ground.js';
import type { Filled } from './rows/sweeper.js';
import { seedGrants, seedHome } from './seed.js';

const day = 24 * 3600;

/** Databases with grants in them, each made when it is first asked for. */
export class Stores {
  private readonly filled = new Map<number, Promise<Filled>>();

  constructor(
    private readonly ground: Ground,
    private readonly say: (line: string) => void,
  ) {}

  /** `user-0` to `user-<count - 1>`, with tokens that live for a day. */
  with(grants: number): Promise<Filled> {
    const known = this.filled.get(grants) ?? this.fill(grants);
    this.filled.set(grants, known);
    return known;
  }

  private async fill(grants: number): Promise<Filled> {
    const started = performance.now();
    const store: Store = await this.ground.store(`grants_${grants}`);
    const home = await seedHome(store.pool, store.vault, this.ground.providerOrigin);
    await seedGrants(store.pool, store.vault, home, { count: grants, expiresInSeconds: day });
    await store.pool.query('VACUUM (ANALYZE)');
    await store.pool.query('CHECKPOINT');
    this.say(`  ${grants} sealed grants in ${Math.round((performance.now() - started) / 1000)} s`);
    return { store, home, grants };
  }
}
