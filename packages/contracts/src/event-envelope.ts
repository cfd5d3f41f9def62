import { z } from 'zod';
import { idSchema, instantSchema } from './text.js';

/** What stands around every event. `actor` is `operator:<id>`, `runtime:<key id>`, `user` or `worker`. */
export const eventEnvelopeSchema = z.object({
  id: z.int(),
  stream: z.string(),
  assistantId: idSchema.nullable(),
  actor: z.string(),
  correlationId: z.string(),
  at: instantSchema,
});
export type EventEnvelope = z.infer<typeof eventEnvelopeSchema>;
