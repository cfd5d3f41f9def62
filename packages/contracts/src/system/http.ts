import { z } from 'zod';
import { idSchema, instantSchema } from '../text.js';

export const healthPartSchema = z.enum([
  'database',
  'queue',
  'queue_evicts',
  'workers',
  'late_refreshes',
  'migrations',
  'draining',
]);

export const systemSchema = z.object({
  versions: z.object({
    grantkeeper: z.string(),
    node: z.string(),
    postgresql: z.string(),
    /** Null: BullMQ runs on PostgreSQL, or Redis does not answer. */
    redis: z.string().nullable(),
  }),
  /** As GET /health/ready of this process. */
  health: z.object({ status: z.enum(['ready', 'not_ready']), degraded: z.array(healthPartSchema) }),
  workers: z.array(z.object({ id: idSchema, joinedAt: instantSchema, beatAt: instantSchema, alive: z.boolean() })),
  keys: z.object({
    /** Keys of KEY_RING and those that PostgreSQL names, by their ids. */
    master: z.array(z.object({ id: z.string(), inRing: z.boolean(), current: z.boolean(), dataKeys: z.int() })),
    data: z.object({ current: z.int(), superseded: z.int(), oldestCurrentAt: instantSchema.nullable() }),
    /** Values still sealed under a superseded data key; null: a worker has yet to count them. */
    toRewrap: z.object({ values: z.int().nullable(), countedAt: instantSchema.nullable() }),
  }),
  /** Of this process. The value of a secret is never told, only whether it is set. */
  settings: z.array(z.object({ name: z.string(), value: z.string().nullable(), secret: z.boolean(), set: z.boolean() })),
  projections: z.array(
    z.object({
      name: z.string(),
      state: z.enum(['live', 'rebuilding']),
      lagSeconds: z.number(),
      /** Events that it has yet to look at, counted up to 10 000. */
      behind: z.int(),
      appliedAt: instantSchema.nullable(),
      rebuiltAt: instantSchema.nullable(),
    }),
  ),
  migrations: z.object({ pending: z.boolean() }),
});

export type HealthPart = z.infer<typeof healthPartSchema>;
export type SystemView = z.infer<typeof systemSchema>;
