import { z } from 'zod';
import { askedContext, askedFields } from '../grants/asked-inputs.js';
import { tenantSchema } from '../profiles/fields.js';
import { idSchema, instantSchema } from '../text.js';

export const testRunStateSchema = z.enum([
  'preflight',
  'awaiting_consent',
  'exchanging',
  'succeeded',
  'failed',
  'interrupted',
  'expired',
]);

/** The steps of a test run, in their order: five without a user, four with a person's consent. */
export const testStepNameSchema = z.enum([
  'discovery',
  'authorization',
  'client',
  'refresh',
  'revocation',
  'callback',
  'exchange',
  'token',
  'throw_away',
]);

/** `unclear`: it could not be told whether the setting is right, and the run goes on. */
export const testStepResultSchema = z.enum(['running', 'passed', 'failed', 'unclear', 'skipped']);

/** What a test run may find. A sentence for each, and what it is told by, is in docs/test-diagnoses.md. */
export const diagnosisCodeSchema = z.enum([
  'dns',
  'address_refused',
  'scheme_refused',
  'bad_url',
  'tls_expired',
  'tls_wrong_host',
  'tls_untrusted',
  'tls_failed',
  'connect',
  'no_answer',
  'connection_cut',
  'answer_too_large',
  'rate_limited',
  'redirected',
  'wrong_path',
  'request_format_refused',
  'provider_down',
  'secret_missing',
  'unknown_client',
  'client_authentication_refused',
  'wrong_secret',
  'client_refused',
  'redirect_uri_not_registered',
  'pkce_required',
  'pkce_refused',
  'scope_refused',
  'grant_type_refused',
  'access_denied',
  'code_refused',
  'made_up_code_accepted',
  'page_instead_of_json',
  'token_type_refused',
  'unreadable_answer',
  'request_refused',
  'unclear_answer',
  'issuer_mismatch',
  'discovery_differs',
  'no_refresh_token',
  'scopes_missing',
  'clock_differs',
  'not_revoked',
  'profile_revised',
  'next_secret_taken',
]);

/** What is wrong, in words, and what to do about it. */
export const diagnosisSchema = z.object({
  code: diagnosisCodeSchema,
  step: testStepNameSchema,
  /** The profile's field to mend; null where none of them is at fault. */
  field: z.string().nullable(),
  what: z.string(),
  mend: z.string(),
  /** What was seen that says so: hosts, statuses and error words, never a secret. */
  seen: z.string(),
});

/** One request to the provider and what came back, secrets masked. Bodies are kept up to 64 KiB. */
export const recordedCallSchema = z.object({
  method: z.enum(['GET', 'POST']),
  url: z.string(),
  requestHeaders: z.record(z.string(), z.string()),
  requestBody: z.string().nullable(),
  /** Null where no answer came. */
  status: z.int().nullable(),
  responseHeaders: z.record(z.string(), z.string()),
  responseBody: z.string().nullable(),
  /** Whether a body was longer than what is kept. */
  cut: z.boolean(),
  /** Why there is no answer, or none that could be read to its end. */
  failure: z.string().nullable(),
  ms: z.int(),
});

const step = z.object({
  name: testStepNameSchema,
  result: testStepResultSchema,
  diagnosis: diagnosisCodeSchema.nullable(),
  ms: z.int().nullable(),
});
export const testStepSchema = step.extend({ calls: z.array(recordedCallSchema) });

/** What is not as it was in the last run that worked: the profile's members, and how steps ended. */
export const testRunDifferencesSchema = z.object({
  testRunId: idSchema,
  at: instantSchema,
  profileRevision: z.int(),
  changed: z.array(z.string()),
  steps: z.array(z.object({ name: testStepNameSchema, was: z.string(), is: z.string() })),
});

/** A test of a saved profile: as whose customer, and with what a user would be asked for. */
export const newTestRunSchema = z.strictObject({
  tenant: tenantSchema.optional(),
  fields: askedFields.optional(),
  context: askedContext.optional(),
});

export const testRunSchema = z.object({
  id: idSchema,
  profileId: idSchema,
  profileRevision: z.int(),
  /** Empty where the profile has none. */
  tenant: z.string(),
  state: testRunStateSchema,
  /** Where a person consents; null once the run is over or the provider has answered. */
  signInUrl: z.string().nullable(),
  diagnosis: diagnosisSchema.nullable(),
  warnings: z.array(diagnosisSchema),
  differences: testRunDifferencesSchema.nullable(),
  steps: z.array(testStepSchema),
  startedBy: z.string(),
  startedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  expiresAt: instantSchema,
});
export const startedTestRunSchema = z.object({ id: idSchema, signInUrl: z.string() });

/** What the stream of events carries as data: `step` whenever one begins or ends, `state` whenever the run moves on. */
export const testStepEventSchema = step;
export const testStateEventSchema = testRunSchema.pick({ state: true, signInUrl: true, diagnosis: true, warnings: true });

/** The data of one event of the stream. */
export const testRunEventSchema = z.union([testStepEventSchema, testStateEventSchema]);

export type TestRunState = z.infer<typeof testRunStateSchema>;
export type TestStepName = z.infer<typeof testStepNameSchema>;
export type TestStepResult = z.infer<typeof testStepResultSchema>;
export type DiagnosisCode = z.infer<typeof diagnosisCodeSchema>;
export type Diagnosis = z.infer<typeof diagnosisSchema>;
export type RecordedCall = z.infer<typeof recordedCallSchema>;
export type TestRunDifferences = z.infer<typeof testRunDifferencesSchema>;
export type NewTestRun = z.infer<typeof newTestRunSchema>;
export type TestRunView = z.infer<typeof testRunSchema>;
export type StartedTestRun = z.infer<typeof startedTestRunSchema>;
export type TestStepEvent = z.infer<typeof testStepEventSchema>;
export type TestStateEvent = z.infer<typeof testStateEventSchema>;
