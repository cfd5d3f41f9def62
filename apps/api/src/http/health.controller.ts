import { isMigrationPending } from '@grantkeeper/platform/database/pending-migrations';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { overdueSeconds } from '@grantkeeper/platform/outbox/backlog';
import { JobQueues, type QueueState } from '@grantkeeper/platform/queues/queues';
import { isWorkerSeen } from '@grantkeeper/platform/settings/worker-seen';
import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database } from '../platform.module.js';
import { Anyone } from './caller.js';

interface Readiness {
  status: 'ready' | 'not_ready';
  degraded: Part[];
}

/** `workers`: none has been seen of late. `late_refreshes`: a refresh has been due for more than a minute. `draining`: about to end. */
type Part = 'database' | 'queue' | 'queue_evicts' | 'workers' | 'late_refreshes' | 'migrations' | 'draining';

const queueParts: Record<QueueState, Part[]> = { well: [], away: ['queue'], evicts: ['queue_evicts'] };
const answerWithinMs = 2_000;
const lateAfterSeconds = 60;

/** For load balancers: alive while the process answers; ready while PostgreSQL does and no end is near. All else that is named leaves the API able to serve. */
@Controller('health')
export class HealthController {
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

  @Get('live')
  @HttpCode(200)
  @Anyone()
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Anyone()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const [database, queue] = await Promise.all([answers(this.pool.query('SELECT 1')), this.queues.state()]);
    const stored = database ? await this.stored() : ['database' as const];
    const isReady = database && !this.draining;
    const draining = this.draining ? ['draining' as const] : [];
    void reply.status(isReady ? 200 : 503);
    return { status: isReady ? 'ready' : 'not_ready', degraded: [...draining, ...queueParts[queue], ...stored] };
  }

  /** What PostgreSQL knows to be amiss. */
  private async stored(): Promise<Part[]> {
    const checks: [Part, Promise<boolean>][] = [
      ['workers', isWorkerSeen(this.pool)],
      ['late_refreshes', overdueSeconds(this.pool).then((seconds) => seconds <= lateAfterSeconds)],
      ['migrations', isMigrationPending(this.pool, this.database.dataSource).then((pending) => !pending)],
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
