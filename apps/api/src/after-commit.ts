import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { reached } from '@grantkeeper/platform/observability/steps';
import type { JobRow } from '@grantkeeper/platform/outbox/outbox';
import { markQueued, notifyWanted } from '@grantkeeper/platform/outbox/outbox';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { Injectable } from '@nestjs/common';
import { Logger } from './http/logger.js';

/** Hands a command's jobs to the queue once its transaction has committed. What the queue does not take, the worker's relay takes. */
@Injectable()
export class AfterCommit {
  private readonly underway = new Set<Promise<void>>();

  constructor(
    private readonly queues: JobQueues,
    private readonly pool: SqlPool,
    private readonly logger: Logger,
  ) {}

  /** Never throws and is never waited for: the answer to the caller stands already. */
  readonly publish = (rows: JobRow[]): void => {
    const [first] = rows;
    if (!first) return;
    reached('api.after-commit', first.id);
    const work = this.queue(rows).finally(() => this.underway.delete(work));
    this.underway.add(work);
  };

  /** Waits for what is on its way to the queue. */
  async drained(): Promise<void> {
    await Promise.all(this.underway);
  }

  private async queue(rows: JobRow[]): Promise<void> {
    try {
      await this.queues.add(rows);
      await markQueued(
        this.pool,
        rows.map(({ id }) => id),
      );
    } catch (error) {
      this.logger.warn({ jobs: rows.length, correlationId: rows[0]?.correlationId, err: error }, 'jobs left to the relay');
      await notifyWanted(this.pool).catch(() => undefined);
    }
  }
}
