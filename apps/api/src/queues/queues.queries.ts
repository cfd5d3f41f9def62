import { type QueueName, queueNames } from '@grantkeeper/contracts/jobs';
import type { FailedJob, QueuesView } from '@grantkeeper/contracts/queues/http';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { countFailedJobs, failedJobView, listFailedJobs } from '@grantkeeper/platform/queues/failed-jobs';
import { countUnqueued, lastMinutes } from '@grantkeeper/platform/queues/queue-activity';
import { listPauses } from '@grantkeeper/platform/queues/queue-pauses';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { instantPlace, type Page, pageOf, readCursor } from '../http/cursor.js';

export class ListQueues extends Query<QueuesView> {}

@QueryHandler(ListQueues)
export class ListQueuesHandler implements IQueryHandler<ListQueues> {
  constructor(
    private readonly pool: SqlPool,
    private readonly queues: JobQueues,
  ) {}

  async execute(): Promise<QueuesView> {
    const [depths, pauses, failed, minutes, unqueued] = await Promise.all([
      this.queues.depths(),
      listPauses(this.pool),
      countFailedJobs(this.pool),
      lastMinutes(this.pool),
      countUnqueued(this.pool),
    ]);
    const views = queueNames.map((name) => {
      const pause = pauses.find(({ queue }) => queue === name);
      const depth = depths?.get(name);
      return {
        name,
        pausedAt: pause?.pausedAt.toISOString() ?? null,
        pausedBy: pause?.pausedBy ?? null,
        waiting: depth?.waiting ?? null,
        active: depth?.active ?? null,
        oldestWaitingSeconds: depth?.oldestWaitingSeconds ?? null,
        unqueued: unqueued.get(name) ?? 0,
        failed: failed.get(name) ?? 0,
        lastMinutes: minutes.get(name) ?? [],
      };
    });
    return { backend: this.queues.backend, reachable: depths !== null, queues: views };
  }
}

export class ListFailedJobs extends Query<Page<FailedJob>> {
  constructor(
    readonly queue: QueueName,
    readonly page: { limit: number; cursor?: string | undefined },
  ) {
    super();
  }
}

@QueryHandler(ListFailedJobs)
export class ListFailedJobsHandler implements IQueryHandler<ListFailedJobs> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ queue, page: { limit, cursor } }: ListFailedJobs): Promise<Page<FailedJob>> {
    const rows = await listFailedJobs(this.pool, queue, readCursor(instantPlace, cursor), limit + 1);
    return pageOf(rows, limit, ({ failedAtText, id }) => ({ at: failedAtText, id }), failedJobView);
  }
}
