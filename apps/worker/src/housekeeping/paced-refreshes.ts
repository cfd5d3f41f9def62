import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import type { ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import { deferRefreshes } from '@grantkeeper/platform/grants/defer-refreshes';
import type { DueRefresh } from '@grantkeeper/platform/outbox/due-work';
import type { Dispatcher } from '../runtime/dispatcher.js';

const sliceMs = 50;

/** Hands due refreshes on as fast as their providers' gates take them, so that what has to wait for one provider stands in nobody's way. */
export class PacedRefreshes {
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly pool: SqlPool,
    private readonly gates: Pick<ProviderGates, 'plan'>,
    private readonly dispatcher: Pick<Dispatcher, 'dispatch'>,
  ) {}

  /** Queues each when its gate has room for it, within a second; the others come back to the sweeper when it is their turn. */
  async handOn(due: readonly DueRefresh[]): Promise<void> {
    const { queue, later } = this.gates.plan(due);
    await deferRefreshes(
      this.pool,
      later.map(({ one, seconds }) => ({ ...one.payload, seconds, closedBy: null })),
    );
    const slices = new Map<number, DueRefresh[]>();
    for (const { one, seconds } of queue) {
      const slice = Math.floor((seconds * 1000) / sliceMs);
      slices.set(slice, [...(slices.get(slice) ?? []), one]);
    }
    for (const [slice, rows] of slices) if (slice > 0) this.later(slice * sliceMs, rows);
    await this.dispatcher.dispatch(slices.get(0) ?? []);
  }

  /** What is not handed on yet is still due in PostgreSQL. */
  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  private later(ms: number, rows: DueRefresh[]): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.dispatcher.dispatch(rows);
    }, ms);
    this.timers.add(timer);
  }
}
