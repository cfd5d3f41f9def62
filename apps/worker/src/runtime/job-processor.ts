import 'reflect-metadata';
import type { JobName, JobPayload } from '@grantkeeper/contracts/jobs';

/** What a run is given besides the payload. */
export interface Attempt {
  correlationId: string;
  signal: AbortSignal;
}

/** Does one kind of job. May be run twice or late: what it finds in PostgreSQL decides. */
export interface JobProcessor<N extends JobName> {
  process(payload: JobPayload<N>, attempt: Attempt): Promise<void>;
}

const key = 'grantkeeper:processes';

/** Names the job that a class processes. */
export function Processes(name: JobName): ClassDecorator {
  return (target) => Reflect.defineMetadata(key, name, target);
}

/** The job that this processor was declared for. */
export function processedBy(processor: object): JobName {
  const name: unknown = Reflect.getMetadata(key, processor.constructor);
  if (typeof name !== 'string') throw new Error(`${processor.constructor.name} has no @Processes`);
  return name as JobName;
}
