import { z } from 'zod';
import { queueNames } from '../jobs.js';
import { idSchema, instantSchema, page, pageQuery } from '../text.js';

export const queueNameSchema = z.enum(queueNames);

const queueMinute = z.object({ minute: instantSchema, done: z.int(), failed: z.int() });
export const queuePauseSchema = z.object({
  name: queueNameSchema,
  pausedAt: instantSchema.nullable(),
  pausedBy: z.string().nullable(),
});
/** What only the queue itself knows is null while it is away. */
export const queueSchema = queuePauseSchema.extend({
  waiting: z.int().nullable(),
  active: z.int().nullable(),
  oldestWaitingSeconds: z.number().nullable(),
  /** Jobs that are recorded and that the queue has not taken yet, counted up to 10 000. */
  unqueued: z.int(),
  /** Jobs that ended unexpectedly and have not succeeded since. */
  failed: z.int(),
  /** Jobs run to their end by all workers, by the minute, the present one last. */
  lastMinutes: z.array(queueMinute),
});
export const queuesSchema = z.object({
  backend: z.enum(['redis', 'postgresql']),
  /** False: workers run jobs by themselves, 20 at a time, until it is back. */
  reachable: z.boolean(),
  queues: z.array(queueSchema),
});

export const failedJobSchema = z.object({
  id: idSchema,
  job: z.string(),
  /** Ids only. */
  payload: z.record(z.string(), z.union([z.string(), z.number()])),
  reason: z.string(),
  correlationId: z.string(),
  times: z.int(),
  firstFailedAt: instantSchema,
  failedAt: instantSchema,
  /** When an operator last had it tried again. */
  retriedAt: instantSchema.nullable(),
});
export const failedJobsPageSchema = page(failedJobSchema);
export const listFailedJobsQuery = z.strictObject(pageQuery);

/** Without an id: all of the queue. */
export const retryFailedSchema = z.strictObject({ jobId: idSchema.optional() });
export const retriedJobsSchema = z.object({
  retried: z.int(),
  /** One call takes at most 200. */
  left: z.int(),
});

export type QueuePause = z.infer<typeof queuePauseSchema>;
export type QueueView = z.infer<typeof queueSchema>;
export type QueuesView = z.infer<typeof queuesSchema>;
export type FailedJob = z.infer<typeof failedJobSchema>;
export type RetryFailed = z.infer<typeof retryFailedSchema>;
export type RetriedJobs = z.infer<typeof retriedJobsSchema>;
