import type { QueueName } from '@grantkeeper/contracts/jobs';
import type { QueuePause } from '@grantkeeper/contracts/queues/http';
import { actorName } from '@grantkeeper/core/kernel/actor';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { listPauses, pauseQueue, resumeQueue } from '@grantkeeper/platform/queues/queue-pauses';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';

/** An operator pauses a queue or lets it go on. Asked twice, it is as asked once. */
export class PauseQueue extends Command<QueuePause> {
  constructor(
    readonly queue: QueueName,
    readonly verb: 'pause' | 'resume',
    readonly context: Context,
  ) {
    super();
  }
}

@CommandHandler(PauseQueue)
export class PauseQueueHandler implements ICommandHandler<PauseQueue> {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  execute({ queue, verb, context }: PauseQueue): Promise<QueuePause> {
    return this.unitOfWork.run(context, async (tx) => {
      const by = actorName(context.actor);
      const isNews = verb === 'pause' ? await pauseQueue(tx.sql, queue, by) : await resumeQueue(tx.sql, queue);
      if (isNews) {
        tx.record(`queue-${queue}`, null, { type: verb === 'pause' ? 'queues.paused.v1' : 'queues.resumed.v1', queue });
        tx.audit({ action: `queues.${verb}`, subject: `queue:${queue}`, assistantId: null, detail: {} });
      }
      const pause = (await listPauses(tx.sql)).find((one) => one.queue === queue);
      return { name: queue, pausedAt: pause?.pausedAt.toISOString() ?? null, pausedBy: pause?.pausedBy ?? null };
    });
  }
}
