import { z } from 'zod';
import { idSchema, instantSchema } from '../text.js';
import { endReasonSchema, reconnectReasonSchema } from './http.js';

const one = z.object({ grantId: idSchema, profileId: idSchema, version: z.int() });
const tokens = one.extend({ expiresAt: instantSchema.nullable(), scope: z.string() });
export const grantEvents = {
  'grants.consented.v1': tokens.extend({ authorizationId: idSchema }),
  'grants.reconnected.v1': tokens.extend({ authorizationId: idSchema }),
  'grants.held.v1': one.extend({ authorizationId: idSchema }),
  'grants.refresh-wanted.v1': one,
  'grants.refreshed.v1': tokens,
  'grants.refresh-failed.v1': one.extend({ failure: z.string(), dueAt: instantSchema }),
  'grants.refresh-token-ending.v1': one.extend({ refreshTokenEndsAt: instantSchema }),
  'grants.reconnect-required.v1': one.extend({ reason: reconnectReasonSchema }),
  'grants.other-account-allowed.v1': one.extend({ until: instantSchema }),
  'grants.fields-changed.v1': one.extend({ fields: z.array(z.string()) }),
  'grants.rebound.v1': one.extend({ origins: z.array(z.string()) }),
  'grants.ended.v1': one.extend({ reason: endReasonSchema, revocationId: idSchema.nullable() }),
  'grants.revoked-upstream.v1': z.object({
    grantId: idSchema,
    profileId: idSchema,
    revocationId: idSchema,
    outcome: z.enum(['revoked', 'forgotten']),
  }),
} as const;
