import { z } from 'zod';

/** Every code a problem (RFC 9457) may carry, `<area>.<kebab>`. Closed: the status table in the API is checked against it. */
export const errorCodes = [
  'http.malformed-json',
  'http.invalid-input',
  'http.body-too-large',
  'http.unsupported-media-type',
  'http.not-found',
  'http.method-not-allowed',
  'http.unauthenticated',
  'http.forbidden',
  'http.foreign-origin',
  'http.rate-limited',
  'http.if-match-required',
  'http.stale-revision',
  'http.idempotency-key-reused',
  'http.idempotency-in-progress',
  'http.internal',
  'http.unavailable',
  'assistants.not-found',
  'assistants.name-taken',
  'assistants.not-empty',
  'profiles.not-found',
  'profiles.name-taken',
  'profiles.id-taken',
  'profiles.disabled',
  'profiles.wrong-status',
  'profiles.own-revision',
  'profiles.granted-to-user',
  'profiles.discovery-failed',
  'runtime-keys.not-found',
  'operators.not-found',
  'operators.email-taken',
  'operators.last-admin',
  'operators.wrong-credentials',
  'operators.api-token-not-found',
  'operators.session-not-found',
  'operators.signs-in-at-company',
  'authorizations.not-found',
  'authorizations.wrong-code',
  'authorizations.over',
  'authorizations.nothing-to-complete',
  'authorizations.return-url-not-registered',
  'authorizations.verifier-required',
  'grants.not-found',
  'grants.refresh-in-progress',
  'grants.not-active',
  'test-runs.not-found',
  'queues.not-found',
  'queues.job-not-found',
  'providers.unavailable',
  'providers.configuration',
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = (typeof errorCodes)[number];

/** One wrong field: where it is (dotted path, `body` for the whole), which rule it broke, and a sentence. */
export const fieldErrorSchema = z.object({ path: z.string(), code: z.string(), message: z.string() });
export type FieldError = z.infer<typeof fieldErrorSchema>;

/** The one form of an error answer (RFC 9457). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: errorCodeSchema,
  errors: z.array(fieldErrorSchema).optional(),
  triesLeft: z.int().optional(),
});
export type Problem = z.infer<typeof problemSchema>;
