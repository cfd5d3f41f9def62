import { type JobName, jobs, type QueueName } from '@grantkeeper/contracts/jobs';
import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { failedWorks, forgetFailedJobs, forgetFailedWork, noteFailedJob, workOf } from '@grantkeeper/platform/queues/failed-jobs';
import { addQueueActivity, forgetQueueActivity, type Ran } from '@grantkeeper/platform/queues/queue-activity';
import { listPauses } from '@grantkeeper/platform/queues/queue-pauses';
import type { Consumer } from '@grantkeeper/platform/queues/queues';
import { Ticker } from '../runtime/ticker.js';
import type { WorkerLog } from '../runtime/worker-log.js';

/** A job that has ended unexpectedly. */
export interface FailedRun {
  name: JobName;
  payload: unknown;
  reason: string;
  correlationId: string;
}

/** Failures that wait for the database; what is beyond is in the log only. */
const mostWaiting = 500;

/** This worker's side of the queue desk: keeps to pauses, and tells what has run and what has failed. */
export class QueueSteering {
  private readonly ticker: Ticker;
  private readonly hours: Ticker;
  private paused = new Set<QueueName>();
  private failed = new Set<string>();
  private waiting: FailedRun[] = [];
  private ran = new Map<QueueName, Ran>();
  private consumers = new Map<QueueName, Consumer>();

  constructor(
    private readonly pool: SqlPool,
    private readonly log: WorkerLog,
  ) {
    this.ticker = new Ticker(5_000, () => this.guarded(() => this.exchange()));
    this.hours = new Ticker(3_600_000, () => this.guarded(() => this.forget()));
  }

  /** Learns what is paused before the first job is taken. */
  async start(): Promise<void> {
    await this.guarded(() => this.read());
    this.ticker.start();
    this.hours.start();
    void this.hours.now();
  }

  /** From now on these take jobs, where their queue is not paused. */
  steer(consumers: ReadonlyMap<QueueName, Consumer>): void {
    this.consumers = new Map(consumers);
    for (const queue of this.paused) void this.consumers.get(queue)?.pause();
  }

  /** Somebody paused or resumed a queue, or a job has failed somewhere. */
  changed(): void {
    void this.ticker.now();
  }

  async stop(): Promise<void> {
    await Promise.all([this.ticker.stop(), this.hours.stop()]);
    await this.guarded(() => this.tell());
  }

  /** Whether no job of this queue may begin. */
  isPaused(queue: QueueName): boolean {
    return this.paused.has(queue);
  }

  /** A job has run to its end. Where it had failed before, that is over. */
  done(name: JobName, payload: unknown): void {
    this.count(name, 'done');
    if (this.failed.size === 0 && this.waiting.length === 0) return;
    const work = workOf(name, payload);
    this.waiting = this.waiting.filter((one) => workOf(one.name, one.payload) !== work);
    if (this.failed.delete(work)) void this.guarded(() => forgetFailedWork(this.pool, work));
  }

  /** A job has ended unexpectedly. */
  failedWith(run: FailedRun): void {
    this.count(run.name, 'failed');
    if (this.waiting.length < mostWaiting) this.waiting.push(run);
    this.changed();
  }

  private count(name: JobName, how: keyof Ran): void {
    const { queue } = jobs[name];
    const ran = this.ran.get(queue) ?? { done: 0, failed: 0 };
    ran[how] += 1;
    this.ran.set(queue, ran);
  }

  private async exchange(): Promise<void> {
    await this.tell();
    await this.read();
  }

  private async tell(): Promise<void> {
    for (let run = this.waiting[0]; run; run = this.waiting[0]) {
      await noteFailedJob(this.pool, run);
      this.waiting = this.waiting.filter((one) => one !== run);
    }
    const { ran } = this;
    this.ran = new Map();
    await addQueueActivity(this.pool, ran);
  }

  private async read(): Promise<void> {
    const paused = new Set((await listPauses(this.pool)).map(({ queue }) => queue));
    for (const [queue, consumer] of this.consumers) {
      if (paused.has(queue) && !this.paused.has(queue)) await consumer.pause();
      if (!paused.has(queue) && this.paused.has(queue)) await consumer.resume();
    }
    this.paused = paused;
    this.failed = await failedWorks(this.pool);
  }

  private async forget(): Promise<void> {
    await forgetFailedJobs(this.pool);
    await forgetQueueActivity(this.pool);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDatabaseAway(error)) this.log.error({ err: plainError(error) }, 'the queue desk failed');
    }
  }
}
