import { type JobName, type JobPayload, jobs } from '@grantkeeper/contracts/jobs';
import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { observe } from '@grantkeeper/platform/observability/observations';
import type { JobRow } from '@grantkeeper/platform/outbox/outbox';
import type { FailedRun } from '../queues/queue-steering.js';
import { type JobProcessor, processedBy } from './job-processor.js';
import { WorkerLog } from './worker-log.js';

/** Who is told how jobs end. */
interface Outcomes {
  done(name: JobName, payload: unknown): void;
  failedWith(run: FailedRun): void;
}
const nobody: Outcomes = { done: () => undefined, failedWith: () => undefined };

type AnyProcessor = JobProcessor<JobName>;

/** Runs jobs, whichever way they come. Every job has exactly one processor, or the worker does not start. */
export class ProcessorHost {
  private readonly processors = new Map<JobName, AnyProcessor>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    processors: readonly object[],
    private readonly log: WorkerLog,
    private readonly outcomes: Outcomes = nobody,
  ) {
    for (const processor of processors) {
      for (const name of processedBy(processor)) {
        if (this.processors.has(name)) throw new Error(`job ${name} has two processors`);
        this.processors.set(name, processor as AnyProcessor);
      }
    }
    const without = (Object.keys(jobs) as JobName[]).filter((name) => !this.processors.has(name));
    if (without.length > 0) throw new Error(`no processor for ${without.join(', ')}`);
  }

  /** Runs one job to its end. Rejects when the processor failed unexpectedly; what it was about is still due in PostgreSQL. */
  run(row: JobRow): Promise<void> {
    const work = this.process(row);
    const tracked = work.catch(() => undefined).finally(() => this.running.delete(tracked));
    this.running.add(tracked);
    return work;
  }

  /** What has not sent anything yet ends without doing so; what has, goes on to its end. */
  stop(): void {
    this.stopping.abort();
  }

  get isStopping(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Resolves when nothing runs any more. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private async process({ name, payload, correlationId, id }: JobRow): Promise<void> {
    const started = performance.now();
    let parsed: JobPayload<JobName> | null = null;
    try {
      const processor = this.processors.get(name);
      if (!processor) throw new Error(`unknown job ${String(name).slice(0, 100)}`);
      const read = payloadOf(name, payload);
      parsed = read;
      const context = { kind: name, correlationId, ids: read };
      await processor.process(read, { correlationId, signal: this.stopping.signal, context });
      const ms = performance.now() - started;
      observe('job.ended', { job: name, outcome: 'done', seconds: ms / 1000 });
      this.outcomes.done(name, read);
      this.log.info({ job: name, jobId: id, correlationId, ms: Math.round(ms) }, 'job done');
    } catch (error) {
      const job = Object.hasOwn(jobs, name) ? name : '(unknown)';
      observe('job.ended', { job, outcome: 'failed', seconds: (performance.now() - started) / 1000 });
      this.log.error({ job: name, jobId: id, correlationId, err: plainError(error) }, 'job failed');
      if (parsed !== null) this.outcomes.failedWith({ name, payload: parsed, correlationId, reason: reasonOf(error) }); // else its payload may hold anything
      throw new Error(`${name} failed`); // what BullMQ keeps as failedReason: never an error's own text
    }
  }
}

/** What went wrong by its kind and code: an error's own text may hold what it was about. */
function reasonOf(error: unknown): string {
  const { type, code } = plainError(error);
  return isDatabaseAway(error)
    ? 'the database was away'
    : [type, code]
        .filter((part) => part !== undefined)
        .join(' ')
        .slice(0, 200);
}

/** A payload is named by what is wrong with it, never quoted. */
function payloadOf<N extends JobName>(name: N, payload: unknown): JobPayload<N> {
  const read = jobs[name].payload.safeParse(payload);
  if (read.success) return read.data as JobPayload<N>;
  throw new Error(`the payload is wrong: ${read.error.issues.map(({ code, path }) => [...path, code].join('.')).join(', ')}`);
}
