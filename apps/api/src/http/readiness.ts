import type { HealthPart } from '@grantkeeper/contracts/system/http';
import { isMigrationPending } from '@grantkeeper/platform/database/pending-migrations';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { overdueSeconds } from '@grantkeeper/platform/outbox/backlog';
import { JobQueues, type QueueState } from '@grantkeeper/platform/queues/queues';
import { isWorkerSeen } from '@grantkeeper/platform/settings/worker-seen';
import { Injectable } from '@nestjs/common';
import { Database } from '../platform.module.js';

/** `workers`: none has been seen of late. `late_refreshes`: a refresh has been due for more than a minute. `draining`: about to end. */
export interface Ready {
  status: 'ready' | 'not_ready';
  degraded: HealthPart[];
}

const queueParts: Record<QueueState, HealthPart[]> = { well: [], away: ['queue'], evicts: ['queue_evicts'] };
const answerWithinMs = 2_000;
const lateAfterSeconds = 60;

/** Whether this process serves: while PostgreSQL answers and no end is near. All else that is named leaves the API able to serve. */
@Injectable()
export class Readiness {
  private draining = false;

  constructor(
    private readonly pool: SqlPool,
    private readonly queues: JobQueues,
    private readonly database: Database,
  ) {}

  /** From now on not ready, for load balancers to send requests elsewhere while all are still answered. */
  drain(): void {
    this.draining = true;
  }

  /** How this process is now. */
  async read(): Promise<Ready> {
    const [database, queue] = await Promise.all([answers(this.pool.query('SELECT 1')), this.queues.state()]);
    const stored = database ? await this.stored() : ['database' as const];
    const isReady = database && !this.draining;
    const draining = this.draining ? ['draining' as const] : [];
    return { status: isReady ? 'ready' : 'not_ready', degraded: [...draining, ...queueParts[queue], ...stored] };
  }

  /** Whether the database lacks a migration that this program knows. */
  isMigrationPending(): Promise<boolean> {
    return isMigrationPending(this.pool, this.database.dataSource);
  }

  /** What PostgreSQL knows to be amiss. */
  private async stored(): Promise<HealthPart[]> {
    const checks: [HealthPart, Promise<boolean>][] = [
      ['workers', isWorkerSeen(this.pool)],
      ['late_refreshes', overdueSeconds(this.pool).then((seconds) => seconds <= lateAfterSeconds)],
      ['migrations', this.isMigrationPending().then((pending) => !pending)],
    ];
    const well = await Promise.all(checks.map(([, check]) => answers(check)));
    return checks.flatMap(([part], index) => (well[index] ? [] : [part]));
  }
}

/** Whether something says yes, or simply answers, in time. */
function answers(asked: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), answerWithinMs);
  });
  const answered = asked.then(
    (answer) => answer !== false,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
