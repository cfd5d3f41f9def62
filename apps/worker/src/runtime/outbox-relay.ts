import { inTransaction, isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { reached } from '@grantkeeper/platform/observability/steps';
import { markQueued, takeUnqueued } from '@grantkeeper/platform/outbox/outbox';
import type { Dispatcher } from './dispatcher.js';
import { Ticker } from './ticker.js';
import type { WorkerLog } from './worker-log.js';

/** A row this young is still being queued by the process that wrote it. */
const leftToTheWriterMs = 1_000;
const batch = 200;

/** Queues the jobs that the process which recorded them did not: at least once, in batches, by any number of relays at once. */
export class OutboxRelay {
  private readonly ticker: Ticker;
  private readonly atOnce = (): Promise<void> => this.relay(0);

  constructor(
    private readonly pool: SqlPool,
    private readonly dispatcher: Dispatcher,
    private readonly log: WorkerLog,
  ) {
    this.ticker = new Ticker(500, () => this.relay(leftToTheWriterMs));
  }

  start(): void {
    this.ticker.start();
  }

  /** A writer could not reach the queue: do not wait. */
  wanted(): void {
    void this.ticker.now(this.atOnce);
  }

  stop(): Promise<void> {
    return this.ticker.stop();
  }

  private async relay(olderThanMs: number): Promise<void> {
    try {
      let taken = batch;
      while (taken === batch) {
        taken = await inTransaction(this.pool, async (client) => {
          const rows = await takeUnqueued(client, olderThanMs, batch);
          if (rows.length === 0) return 0;
          await this.dispatcher.dispatch(rows);
          reached('relay.after-publish', rows[0]?.id ?? '');
          await markQueued(
            client,
            rows.map(({ id }) => id),
          );
          return rows.length;
        });
      }
    } catch (error) {
      if (!isDatabaseAway(error)) this.log.error({ err: plainError(error) }, 'relay failed');
    }
  }
}
