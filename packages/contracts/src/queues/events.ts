import { z } from 'zod';
import { queueNames } from '../jobs.js';
import { idSchema } from '../text.js';

const one = z.object({ queue: z.enum(queueNames) });
export const queueEvents = {
  'queues.paused.v1': one,
  'queues.resumed.v1': one,
  /** The failed jobs, by name, with what each was about: ids only. */
  'queues.retried.v1': one.extend({
    jobs: z.array(z.object({ id: idSchema, name: z.string(), payload: z.record(z.string(), z.union([z.string(), z.number()])) })),
  }),
} as const;
