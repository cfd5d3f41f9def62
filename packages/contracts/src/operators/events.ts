import { z } from 'zod';
import { idSchema } from '../text.js';
import { roleSchema } from './http.js';

export const operatorEvents = {
  'operators.created.v1': z.object({ operatorId: idSchema, role: roleSchema.nullable() }),
  'operators.changed.v1': z.object({ operatorId: idSchema, changed: z.array(z.string()) }),
  'operators.deleted.v1': z.object({ operatorId: idSchema }),
  'operators.api-token-created.v1': z.object({ operatorId: idSchema, apiTokenId: idSchema }),
  'operators.api-token-revoked.v1': z.object({ operatorId: idSchema, apiTokenId: idSchema }),
  'operators.session-ended.v1': z.object({ operatorId: idSchema, sessionId: idSchema }),
} as const;
