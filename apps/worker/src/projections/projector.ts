import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { adoptRestoredEvents, applyProjection } from '@grantkeeper/platform/projections/apply-projection';
import { projections } from '@grantkeeper/platform/projections/projections';
import { Ticker } from '../runtime/ticker.js';
import type { WorkerLog } from '../runtime/worker-log.js';

/** Pages of one projection at a time: the others and the end of the process need not wait for a rebuild. */
const rounds = 20;

/** Applies events to every projection. Any number of workers may: each projection is taken by one at a time. */
export class Projector {
  private readonly ticker: Ticker;
  private readonly hours: Ticker;
  private checked = false;

  constructor(
    private readonly pool: SqlPool,
    private readonly log: WorkerLog,
  ) {
    this.ticker = new Ticker(500, () => this.guarded(() => this.apply()));
    this.hours = new Ticker(3_600_000, () => this.guarded(() => this.forget()));
  }

  start(): void {
    this.ticker.start();
    this.hours.start();
    void this.hours.now();
  }

  async stop(): Promise<void> {
    await Promise.all([this.ticker.stop(), this.hours.stop()]);
  }

  private async apply(): Promise<void> {
    if (!this.checked && (await adoptRestoredEvents(this.pool, projections)))
      this.log.info({}, 'the store comes from another PostgreSQL: projections are made again');
    this.checked = true;
    for (const projection of projections)
      for (let round = 0; round < rounds && (await applyProjection(this.pool, projection)); round += 1);
  }

  private async forget(): Promise<void> {
    for (const projection of projections) await projection.forget(this.pool);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDatabaseAway(error)) this.log.error({ err: plainError(error) }, 'projection failed');
    }
  }
}
