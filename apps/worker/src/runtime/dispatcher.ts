import { jobs, type QueueName } from '@grantkeeper/contracts/jobs';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { type JobRow, markQueued } from '@grantkeeper/platform/outbox/outbox';
import type { JobQueues } from '@grantkeeper/platform/queues/queues';
import type { ProcessorHost } from './processor-host.js';
import type { WorkerLog } from './worker-log.js';

/** Whether no job of a queue may begin. */
interface Pauses {
  isPaused(queue: QueueName): boolean;
}
const none: Pauses = { isPaused: () => false };

/** How many jobs run in this process while the queue is away, and how many may stand in line here; the sweeper comes back for the rest. */
const atOnce = 20;
const inLine = 1_000;

/** Brings jobs to a processor: by the queue, or in this process while the queue is away. */
export class Dispatcher {
  /** By their ids: what the sweeper finds again while it waits here is the same job. */
  private readonly line = new Map<string, JobRow>();
  private active = 0;
  /** The last attempt to queue failed; the change is logged once. */
  private away = false;

  constructor(
    private readonly queues: JobQueues,
    private readonly host: ProcessorHost,
    private readonly log: WorkerLog,
    private readonly pauses: Pauses = none,
  ) {}

  /** How many jobs stand in line here. */
  get lineLength(): number {
    return this.line.size;
  }

  /** Never throws: what can be neither queued nor lined up, or is of a paused queue, is still due in PostgreSQL. */
  async dispatch(all: readonly JobRow[]): Promise<void> {
    const rows = all.filter((row) => !this.isPaused(row));
    if (rows.length === 0) return;
    try {
      await this.queues.add(rows);
      if (this.away) this.log.info({}, 'the queue is back');
      this.away = false;
    } catch (error) {
      if (!this.away) this.log.warn({ err: plainError(error) }, 'the queue is away: jobs run in this process');
      this.away = true;
      for (const row of rows) if (this.line.size < inLine) this.line.set(row.id, row);
      this.next();
    }
  }

  /** For events recorded by the worker itself: queue their jobs now and mark the rows. */
  publish(pool: SqlPool, rows: JobRow[]): void {
    void this.dispatch(rows)
      .then(() =>
        markQueued(
          pool,
          rows.map(({ id }) => id),
        ),
      )
      .catch((error) => this.log.warn({ err: plainError(error) }, 'jobs are left to the relay'));
  }

  private isPaused({ name }: JobRow): boolean {
    return this.pauses.isPaused(jobs[name].queue);
  }

  private next(): void {
    for (const [id, row] of this.line) {
      if (this.active >= atOnce || this.host.isStopping) return;
      this.line.delete(id);
      if (this.isPaused(row)) continue;
      this.active += 1;
      void this.host
        .run(row)
        .catch(() => undefined)
        .finally(() => {
          this.active -= 1;
          this.next();
        });
    }
  }
}
