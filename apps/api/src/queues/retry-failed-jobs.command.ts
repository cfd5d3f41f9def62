import type { QueueName } from '@grantkeeper/contracts/jobs';
import type { RetriedJobs } from '@grantkeeper/contracts/queues/http';
import { FailedJobNotFound } from '@grantkeeper/core/queues/queues.errors';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { takeFailedJobs } from '@grantkeeper/platform/queues/failed-jobs';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

const atOnce = 200;

/** An operator has failed jobs of a queue tried again at once: one, or all. They stay listed until they succeed. */
export class RetryFailedJobs extends Command<RetriedJobs> {
  constructor(
    readonly queue: QueueName,
    readonly jobId: string | null,
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(RetryFailedJobs)
export class RetryFailedJobsHandler implements ICommandHandler<RetryFailedJobs> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  execute({ queue, jobId, context }: RetryFailedJobs): Promise<RetriedJobs> {
    return this.unitOfWork.run(context, async (tx) => {
      const { jobs, left } = await takeFailedJobs(tx.sql, queue, jobId, atOnce);
      if (jobId !== null && jobs.length === 0) throw new FailedJobNotFound();
      if (jobs.length > 0) {
        tx.record(`queue-${queue}`, null, { type: 'queues.retried.v1', queue, jobs });
        tx.audit({
          action: 'queues.retry',
          subject: `queue:${queue}`,
          assistantId: null,
          detail: { jobs: jobs.map(({ id }) => id) },
        });
      }
      return { retried: jobs.length, left };
    });
  }
}
