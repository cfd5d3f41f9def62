import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { Controller, Get, HttpCode, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Anyone } from './caller.js';

interface Readiness {
  status: 'ready' | 'not_ready';
  degraded: ('database' | 'queue')[];
}

const answerWithinMs = 2_000;

/** For load balancers: alive while the process answers; ready while PostgreSQL does. Without its queue the API still serves everything. */
@Controller('health')
export class HealthController {
  constructor(
    private readonly pool: SqlPool,
    private readonly queues: JobQueues,
  ) {}

  @Get('live')
  @HttpCode(200)
  @Anyone()
  live(): { status: 'live' } {
    return { status: 'live' };
  }

  @Get('ready')
  @Anyone()
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const [database, queue] = await Promise.all([answers(this.pool.query('SELECT 1')), answers(this.queues.answers())]);
    const degraded: Readiness['degraded'] = [...(database ? [] : ['database' as const]), ...(queue ? [] : ['queue' as const])];
    void reply.status(database ? 200 : 503);
    return { status: database ? 'ready' : 'not_ready', degraded };
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
