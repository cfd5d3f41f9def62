import { z } from 'zod';
import { idSchema } from '../text.js';

export const assistantEvents = {
  'assistants.created.v1': z.object({ assistantId: idSchema, name: z.string() }),
  'assistants.renamed.v1': z.object({ assistantId: idSchema, name: z.string() }),
  'assistants.deleted.v1': z.object({ assistantId: idSchema }),
  'assistants.runtime-key-created.v1': z.object({
    assistantId: idSchema,
    runtimeKeyId: idSchema,
    name: z.string(),
    profiles: z.array(idSchema).nullable(),
  }),
  'assistants.runtime-key-revoked.v1': z.object({ assistantId: idSchema, runtimeKeyId: idSchema }),
} as const;
