import { type QueueName, queueNames } from '@grantkeeper/contracts/jobs';
import {
  type FailedJob,
  listFailedJobsQuery,
  type QueuePause,
  type QueuesView,
  type RetriedJobs,
  type RetryFailed,
  retryFailedSchema,
} from '@grantkeeper/contracts/queues/http';
import { QueueNotFound } from '@grantkeeper/core/queues/queues.errors';
import type { Context } from '@grantkeeper/platform/database/unit-of-work';
import { Body, Controller, Get, HttpCode, Param, type PipeTransform, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import type { z } from 'zod';
import { OperatorMay, RequestContext } from '../http/caller.js';
import type { Page } from '../http/cursor.js';
import { ZodPipe } from '../http/zod.pipe.js';
import { PauseQueue } from './pause-queue.command.js';
import { ListFailedJobs, ListQueues } from './queues.queries.js';
import { RetryFailedJobs } from './retry-failed-jobs.command.js';

/** Reads a queue's name in a path. */
const queuePipe: PipeTransform<string, QueueName> = {
  transform(value) {
    const name = queueNames.find((known) => known === value);
    if (name === undefined) throw new QueueNotFound();
    return name;
  },
};

/** The queues, as operators watch and steer them. */
@Controller('v1/queues')
export class QueuesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @OperatorMay('queues.read')
  list(): Promise<QueuesView> {
    return this.queries.execute(new ListQueues());
  }

  @Get(':name/failed')
  @OperatorMay('queues.read')
  failed(
    @Param('name', queuePipe) name: QueueName,
    @Query(new ZodPipe(listFailedJobsQuery)) page: z.infer<typeof listFailedJobsQuery>,
  ): Promise<Page<FailedJob>> {
    return this.queries.execute(new ListFailedJobs(name, page));
  }

  @Post(':name/failed/retry')
  @HttpCode(202)
  @OperatorMay('queues.manage')
  retry(
    @Param('name', queuePipe) name: QueueName,
    @Body(new ZodPipe(retryFailedSchema)) { jobId }: RetryFailed,
    @RequestContext() context: Context,
  ): Promise<RetriedJobs> {
    return this.commands.execute(new RetryFailedJobs(name, jobId ?? null, context));
  }

  @Post(':name/pause')
  @HttpCode(200)
  @OperatorMay('queues.manage')
  pause(@Param('name', queuePipe) name: QueueName, @RequestContext() context: Context): Promise<QueuePause> {
    return this.commands.execute(new PauseQueue(name, 'pause', context));
  }

  @Post(':name/resume')
  @HttpCode(200)
  @OperatorMay('queues.manage')
  resume(@Param('name', queuePipe) name: QueueName, @RequestContext() context: Context): Promise<QueuePause> {
    return this.commands.execute(new PauseQueue(name, 'resume', context));
  }
}
