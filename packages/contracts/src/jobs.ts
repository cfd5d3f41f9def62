import { z } from 'zod';
import { idSchema } from './text.js';

/** Queues by urgency: what a person waits for never stands behind what nobody waits for. */
export const queueNames = ['exchange', 'refresh-now', 'refresh-due', 'test', 'revoke', 'housekeeping'] as const;
export type QueueName = (typeof queueNames)[number];

/** Every job: its queue, how many run at once in one worker, and what it carries (ids only). */
export const jobs = {
  'authorizations.exchange': { queue: 'exchange', concurrency: 50, payload: z.strictObject({ authorizationId: idSchema }) },
  'grants.refresh': { queue: 'refresh-now', concurrency: 50, payload: z.strictObject({ grantId: idSchema, version: z.int() }) },
  /** The same work, for which nobody waits yet. */
  'grants.refresh-due': {
    queue: 'refresh-due',
    concurrency: 50,
    payload: z.strictObject({ grantId: idSchema, version: z.int() }),
  },
  /** What can be tested without a user, and then the code that a person's consent has brought. */
  'test-runs.check': { queue: 'test', concurrency: 10, payload: z.strictObject({ testRunId: idSchema }) },
  'test-runs.exchange': { queue: 'test', concurrency: 10, payload: z.strictObject({ testRunId: idSchema }) },
  'grants.revoke-upstream': { queue: 'revoke', concurrency: 10, payload: z.strictObject({ revocationId: idSchema }) },
  /** After an admin's approval: binds the grants of a profile to the origins that it names now. */
  'profiles.rebind-grants': { queue: 'housekeeping', concurrency: 2, payload: z.strictObject({ profileId: idSchema }) },
  'profiles.delete-grants': { queue: 'housekeeping', concurrency: 2, payload: z.strictObject({ profileId: idSchema }) },
} as const satisfies Record<string, { queue: QueueName; concurrency: number; payload: z.ZodType }>;

export type JobName = keyof typeof jobs;
export type JobPayload<N extends JobName> = z.infer<(typeof jobs)[N]['payload']>;
export type Job = { [N in JobName]: { name: N; payload: JobPayload<N> } }[JobName];
