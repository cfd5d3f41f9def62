import 'reflect-metadata';
import type { JobName, JobPayload } from '@grantkeeper/contracts/jobs';
import type { CallContext } from '@grantkeeper/outbound/guarded-client';

/** What a run is given besides the payload. */
export interface Attempt {
  correlationId: string;
  signal: AbortSignal;
  /** What providers are called for. */
  context: CallContext;
}

/** Does one kind of job. May be run twice or late: what it finds in PostgreSQL decides. */
export interface JobProcessor<N extends JobName> {
  process(payload: JobPayload<N>, attempt: Attempt): Promise<void>;
}

const key = 'grantkeeper:processes';

/** Names the jobs that a class processes. */
export function Processes(...names: JobName[]): ClassDecorator {
  return (target) => Reflect.defineMetadata(key, names, target);
}

/** The jobs that this processor was declared for. */
export function processedBy(processor: object): JobName[] {
  const names: unknown = Reflect.getMetadata(key, processor.constructor);
  if (!Array.isArray(names) || names.length === 0) throw new Error(`${processor.constructor.name} has no @Processes`);
  return names as JobName[];
}
