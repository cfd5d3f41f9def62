import { z } from 'zod';
import { idSchema, instantSchema } from '../text.js';

export const authorizationStateSchema = z.enum([
  'waiting',
  'consenting',
  'code_received',
  'awaiting_verifier',
  'exchanging',
  'confirming',
  'consented',
  'failed',
  'denied',
  'expired',
  'abandoned',
  'wrong_person',
  'outcome_unknown',
  'tested',
]);

/** Why an authorization failed. The page and the runtime get the word; a sentence for each is in the API's pages. */
export const failureReasonSchema = z.enum([
  'code_refused',
  'client_refused',
  'provider_refused',
  'provider_unreachable',
  'provider_error',
  'unreadable_answer',
  'issuer_mismatch',
  'other_account',
  'endpoints_changed',
  'profile_unavailable',
]);

export const authorizationQuery = z.strictObject({ waitSeconds: z.coerce.number().min(0).max(55).default(0) });
export const authorizationSchema = z.object({
  id: idSchema,
  profileId: idSchema,
  user: z.string(),
  account: z.string(),
  status: authorizationStateSchema,
  reason: failureReasonSchema.nullable(),
  identityCheck: z.enum(['code', 'return', 'confirm']),
  grantId: idSchema.nullable(),
  expiresAt: instantSchema,
});

/** What completes an authorization: the code that the page showed, or the verifier and handle of the return. */
export const completeAuthorizationSchema = z.union([
  z.strictObject({ code: z.string().min(1).max(40) }),
  z.strictObject({ verifier: z.string().min(32).max(256), handle: z.string().min(1).max(100) }),
]);
export const completedSchema = z.object({ status: authorizationStateSchema });

export type AuthorizationState = z.infer<typeof authorizationStateSchema>;
export type FailureReason = z.infer<typeof failureReasonSchema>;
export type AuthorizationView = z.infer<typeof authorizationSchema>;
export type CompleteAuthorization = z.infer<typeof completeAuthorizationSchema>;
