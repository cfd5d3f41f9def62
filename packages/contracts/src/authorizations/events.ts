import { z } from 'zod';
import { idSchema } from '../text.js';
import { failureReasonSchema } from './http.js';

const one = z.object({ authorizationId: idSchema, profileId: idSchema });
export const authorizationEvents = {
  'authorizations.opened.v1': one,
  'authorizations.code-received.v1': one,
  'authorizations.awaiting-verifier.v1': one,
  'authorizations.verified.v1': one,
  'authorizations.confirming.v1': one,
  'authorizations.consented.v1': one.extend({ grantId: idSchema }),
  'authorizations.denied.v1': one,
  'authorizations.failed.v1': one.extend({ reason: failureReasonSchema }),
  'authorizations.outcome-unknown.v1': one,
  /** Tokens came when nobody wanted them any more. */
  'authorizations.answered-late.v1': one.extend({ revocationId: idSchema }),
  'authorizations.expired.v1': one,
  'authorizations.abandoned.v1': one,
  'authorizations.wrong-person.v1': one,
} as const;
