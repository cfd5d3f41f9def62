import { type JobName, type JobPayload, jobs } from '@grantkeeper/contracts/jobs';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { observe } from '@grantkeeper/platform/observability/observations';
import type { JobRow } from '@grantkeeper/platform/outbox/outbox';
import { type JobProcessor, processedBy } from './job-processor.js';
import { WorkerLog } from './worker-log.js';

type AnyProcessor = JobProcessor<JobName>;

/** Runs jobs, whichever way they come. Every job has exactly one processor, or the worker does not start. */
export class ProcessorHost {
  private readonly processors = new Map<JobName, AnyProcessor>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();

  constructor(
    processors: readonly object[],
    private readonly log: WorkerLog,
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
    try {
      const processor = this.processors.get(name);
      if (!processor) throw new Error(`unknown job ${String(name).slice(0, 100)}`);
      const parsed = payloadOf(name, payload);
      const context = { kind: name, correlationId, ids: parsed };
      await processor.process(parsed, { correlationId, signal: this.stopping.signal, context });
      const ms = performance.now() - started;
      observe('job.ended', { job: name, outcome: 'done', seconds: ms / 1000 });
      this.log.info({ job: name, jobId: id, correlationId, ms: Math.round(ms) }, 'job done');
    } catch (error) {
      const job = Object.hasOwn(jobs, name) ? name : '(unknown)';
      observe('job.ended', { job, outcome: 'failed', seconds: (performance.now() - started) / 1000 });
      this.log.error({ job: name, jobId: id, correlationId, err: plainError(error) }, 'job failed');
      throw new Error(`${name} failed`); // what BullMQ keeps as failedReason: never an error's own text
    }
  }
}

/** A payload is named by what is wrong with it, never quoted. */
function payloadOf<N extends JobName>(name: N, payload: unknown): JobPayload<N> {
  const read = jobs[name].payload.safeParse(payload);
  if (read.success) return read.data as JobPayload<N>;
  throw new Error(`the payload is wrong: ${read.error.issues.map(({ code, path }) => [...path, code].join('.')).join(', ')}`);
}
