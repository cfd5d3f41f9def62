import { type JobName, jobs } from '@grantkeeper/contracts/jobs';
import type { Logger } from '@grantkeeper/platform/observability/logger';
import { type Attempt, Processes } from '../src/runtime/job-processor.js';
import { ProcessorHost } from '../src/runtime/processor-host.js';
import { WorkerLog } from '../src/runtime/worker-log.js';

export const silent = new WorkerLog({ info: () => {}, warn: () => {}, error: () => {} } as unknown as Logger);

export interface Ran {
  name: JobName;
  payload: unknown;
  correlationId: string;
}

/** A processor of one job, as the worker declares them. */
export function processorOf(name: JobName, process: (payload: unknown, attempt: Attempt) => Promise<void>): object {
  class OneProcessor {
    process(payload: unknown, attempt: Attempt): Promise<void> {
      return process(payload, attempt);
    }
  }
  Processes(name)(OneProcessor);
  return new OneProcessor();
}

/** A host that runs `act` for every job, and what it ran. */
export function recordingHost(
  act: () => Promise<void> = () => Promise.resolve(),
  log = silent,
): { host: ProcessorHost; ran: Ran[] } {
  const ran: Ran[] = [];
  const processors = (Object.keys(jobs) as JobName[]).map((name) =>
    processorOf(name, async (payload, { correlationId }) => {
      ran.push({ name, payload, correlationId });
      await act();
    }),
  );
  return { host: new ProcessorHost(processors, log), ran };
}
