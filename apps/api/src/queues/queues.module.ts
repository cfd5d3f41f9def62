import { Module } from '@nestjs/common';
import { PauseQueueHandler } from './pause-queue.command.js';
import { QueuesController } from './queues.controller.js';
import { ListFailedJobsHandler, ListQueuesHandler } from './queues.queries.js';
import { RetryFailedJobsHandler } from './retry-failed-jobs.command.js';

/**
 * GET  /v1/queues                      queues.queries.ts: depths from the queue, all else from PostgreSQL
 * GET  /v1/queues/:name/failed         the same
 * POST /v1/queues/:name/failed/retry   retry-failed-jobs.command.ts → the jobs as they were, by contracts/reactions.ts
 * POST /v1/queues/:name/pause, resume  pause-queue.command.ts → worker/queues/queue-steering.ts
 */
@Module({
  controllers: [QueuesController],
  providers: [ListQueuesHandler, ListFailedJobsHandler, RetryFailedJobsHandler, PauseQueueHandler],
})
export class QueuesModule {}
