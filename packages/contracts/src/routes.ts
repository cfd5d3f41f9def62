import type { z } from 'zod';
import * as assistants from './assistants/http.js';
import * as authorizations from './authorizations/http.js';
import type { ErrorCode } from './error-codes.js';
import * as grants from './grants/http.js';
import * as operators from './operators/http.js';
import * as profiles from './profiles/http.js';

/** Who may call: an operator (session cookie or API token), a runtime (runtime key), either, or anyone. */
export type Caller = 'operator' | 'runtime' | 'either' | 'anyone';

/** One endpoint of the JSON interface; OpenAPI, the readable page and the API's route check are made from these. */
export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with `:name` parameters. */
  path: string;
  tag: string;
  summary: string;
  caller: Caller;
  query?: z.ZodObject;
  body?: z.ZodType;
  /** Success status → body shape; null for an empty body. */
  answers: Partial<Record<200 | 201 | 202 | 204, z.ZodType | null>>;
  errors: readonly ErrorCode[];
  ifMatch?: boolean;
  idempotencyKey?: boolean;
}

const route = (r: Route): Route => r;
const unlessManaged: ErrorCode[] = ['http.unauthenticated', 'http.forbidden'];
const managed = (r: Omit<Route, 'caller'>): Route => route({ ...r, caller: 'operator', errors: [...unlessManaged, ...r.errors] });

export const routes: readonly Route[] = [
  route({
    method: 'POST', path: '/v1/token', tag: 'Runtime', caller: 'runtime', summary: 'A token for a user, or a link for the user to consent.',
    body: grants.askTokenSchema, answers: { 200: grants.tokenAnswerSchema },
    errors: ['http.unauthenticated', 'http.invalid-input', 'profiles.not-found', 'profiles.disabled', 'authorizations.verifier-required',
      'authorizations.return-url-not-registered', 'grants.refresh-in-progress', 'providers.unavailable', 'providers.configuration'],
  }),
  route({
    method: 'GET', path: '/v1/authorizations/:id', tag: 'Runtime', caller: 'runtime', summary: 'How a consent stands; waits for its outcome when asked to.',
    query: authorizations.authorizationQuery, answers: { 200: authorizations.authorizationSchema }, errors: ['http.unauthenticated', 'authorizations.not-found'],
  }),
  route({
    method: 'POST', path: '/v1/authorizations/:id/complete', tag: 'Runtime', caller: 'runtime', summary: 'Completes a consent with the code the user typed, or with the verifier and handle of the return.',
    body: authorizations.completeAuthorizationSchema, answers: { 200: authorizations.completedSchema },
    errors: ['http.unauthenticated', 'http.invalid-input', 'authorizations.not-found', 'authorizations.wrong-code', 'authorizations.over', 'authorizations.nothing-to-complete'],
  }),
  route({
    method: 'GET', path: '/v1/grants', tag: 'Runtime', caller: 'runtime', summary: 'Every grant of one user, without tokens.',
    query: grants.listUserGrantsQuery, answers: { 200: grants.grantsPageSchema }, errors: ['http.unauthenticated', 'http.invalid-input'],
  }),
  route({
    method: 'GET', path: '/v1/grants/:id', tag: 'Grants', caller: 'either', summary: 'One grant, without its tokens.',
    answers: { 200: grants.grantSchema }, errors: ['http.unauthenticated', 'grants.not-found'],
  }),
  route({
    method: 'DELETE', path: '/v1/grants/:id', tag: 'Grants', caller: 'either', summary: 'Signs out: no token from this moment; revokes at the provider where it can and says what happened.',
    answers: { 200: grants.signOutAnswerSchema }, errors: ['http.unauthenticated', 'http.forbidden', 'grants.not-found'],
  }),
  managed({
    method: 'GET', path: '/v1/assistants/:assistantId/grants', tag: 'Grants', summary: 'Grants of an assistant.',
    query: grants.searchGrantsQuery, answers: { 200: grants.grantsPageSchema }, errors: ['assistants.not-found'],
  }),
  managed({
    method: 'POST', path: '/v1/grants/:id/refresh', tag: 'Grants', summary: 'Asks for a refresh now.',
    answers: { 202: grants.refreshAcceptedSchema }, errors: ['grants.not-found', 'grants.not-active'],
  }),
  route({
    method: 'POST', path: '/v1/session', tag: 'Operators', caller: 'anyone', summary: 'Signs an operator in; sets the session cookie.',
    body: operators.signInSchema, answers: { 200: operators.sessionSchema }, errors: ['http.invalid-input', 'operators.wrong-credentials', 'http.foreign-origin', 'http.rate-limited'],
  }),
  managed({ method: 'GET', path: '/v1/session', tag: 'Operators', summary: 'Who is signed in.', answers: { 200: operators.sessionSchema }, errors: [] }),
  managed({ method: 'DELETE', path: '/v1/session', tag: 'Operators', summary: 'Signs the operator out.', answers: { 204: null }, errors: [] }),
  managed({
    method: 'POST', path: '/v1/operators', tag: 'Operators', summary: 'Adds an operator.', body: operators.newOperatorSchema,
    answers: { 201: operators.operatorSchema }, errors: ['http.invalid-input', 'operators.email-taken'], idempotencyKey: true,
  }),
  managed({ method: 'GET', path: '/v1/operators', tag: 'Operators', summary: 'All operators.', query: operators.listOperatorsQuery, answers: { 200: operators.operatorsPageSchema }, errors: [] }),
  managed({
    method: 'PATCH', path: '/v1/operators/:id', tag: 'Operators', summary: 'Changes role, password or whether the operator may sign in.', ifMatch: true,
    body: operators.operatorPatchSchema, answers: { 200: operators.operatorSchema },
    errors: ['http.invalid-input', 'operators.not-found', 'operators.last-admin', 'http.if-match-required', 'http.stale-revision'],
  }),
  managed({ method: 'DELETE', path: '/v1/operators/:id', tag: 'Operators', summary: 'Removes an operator, their sessions and API tokens.', answers: { 204: null }, errors: ['operators.not-found', 'operators.last-admin'] }),
  managed({
    method: 'POST', path: '/v1/operators/me/api-tokens', tag: 'Operators', summary: 'Makes an API token of one’s own; shown once.',
    body: operators.newApiTokenSchema, answers: { 201: operators.createdApiTokenSchema }, errors: ['http.invalid-input'],
  }),
  managed({ method: 'GET', path: '/v1/operators/me/api-tokens', tag: 'Operators', summary: 'One’s own API tokens.', query: operators.listOperatorsQuery, answers: { 200: operators.apiTokensPageSchema }, errors: [] }),
  managed({ method: 'DELETE', path: '/v1/operators/me/api-tokens/:id', tag: 'Operators', summary: 'Revokes an API token of one’s own.', answers: { 204: null }, errors: ['operators.api-token-not-found'] }),
  managed({ method: 'GET', path: '/v1/audit', tag: 'Operators', summary: 'What operators did, newest first.', query: operators.listAuditQuery, answers: { 200: operators.auditPageSchema }, errors: [] }),
  managed({ method: 'GET', path: '/v1/audit/verification', tag: 'Operators', summary: 'Recomputes the hash chain of the audit log.', answers: { 200: operators.auditVerificationSchema }, errors: [] }),
  managed({
    method: 'POST', path: '/v1/assistants', tag: 'Assistants', summary: 'Adds an assistant.', body: assistants.newAssistantSchema,
    answers: { 201: assistants.assistantSchema }, errors: ['http.invalid-input', 'assistants.name-taken'], idempotencyKey: true,
  }),
  managed({ method: 'GET', path: '/v1/assistants', tag: 'Assistants', summary: 'All assistants.', query: assistants.listAssistantsQuery, answers: { 200: assistants.assistantsPageSchema }, errors: [] }),
  managed({ method: 'GET', path: '/v1/assistants/:assistantId', tag: 'Assistants', summary: 'One assistant.', answers: { 200: assistants.assistantSchema }, errors: ['assistants.not-found'] }),
  managed({
    method: 'PATCH', path: '/v1/assistants/:assistantId', tag: 'Assistants', summary: 'Renames an assistant.', ifMatch: true, body: assistants.assistantPatchSchema,
    answers: { 200: assistants.assistantSchema }, errors: ['http.invalid-input', 'assistants.not-found', 'assistants.name-taken', 'http.if-match-required', 'http.stale-revision'],
  }),
  managed({ method: 'DELETE', path: '/v1/assistants/:assistantId', tag: 'Assistants', summary: 'Removes an assistant that has no profiles left.', answers: { 204: null }, errors: ['assistants.not-found', 'assistants.not-empty'] }),
  managed({
    method: 'POST', path: '/v1/assistants/:assistantId/runtime-keys', tag: 'Assistants', summary: 'Makes a runtime key; shown once.',
    body: assistants.newRuntimeKeySchema, answers: { 201: assistants.createdRuntimeKeySchema }, errors: ['http.invalid-input', 'assistants.not-found', 'profiles.not-found'],
  }),
  managed({ method: 'GET', path: '/v1/assistants/:assistantId/runtime-keys', tag: 'Assistants', summary: 'Runtime keys, without the keys.', query: assistants.listRuntimeKeysQuery, answers: { 200: assistants.runtimeKeysPageSchema }, errors: ['assistants.not-found'] }),
  managed({ method: 'DELETE', path: '/v1/runtime-keys/:id', tag: 'Assistants', summary: 'Revokes a runtime key; the next call with it is refused.', answers: { 204: null }, errors: ['runtime-keys.not-found'] }),
  managed({
    method: 'POST', path: '/v1/assistants/:assistantId/profiles', tag: 'Profiles', summary: 'Adds an authorization profile.', body: profiles.newProfileSchema,
    answers: { 201: profiles.profileSchema }, errors: ['http.invalid-input', 'assistants.not-found', 'profiles.name-taken', 'profiles.id-taken', 'profiles.discovery-failed'], idempotencyKey: true,
  }),
  managed({ method: 'GET', path: '/v1/assistants/:assistantId/profiles', tag: 'Profiles', summary: 'Profiles of an assistant.', query: profiles.listProfilesQuery, answers: { 200: profiles.profilesPageSchema }, errors: ['assistants.not-found'] }),
  managed({ method: 'GET', path: '/v1/profiles/:id', tag: 'Profiles', summary: 'One profile.', answers: { 200: profiles.profileSchema }, errors: ['profiles.not-found'] }),
  managed({
    method: 'PATCH', path: '/v1/profiles/:id', tag: 'Profiles', summary: 'Revises a profile by JSON merge patch.', ifMatch: true, body: profiles.profilePatchSchema,
    answers: { 200: profiles.profileSchema },
    errors: ['http.invalid-input', 'profiles.not-found', 'profiles.name-taken', 'profiles.discovery-failed', 'profiles.wrong-status', 'http.if-match-required', 'http.stale-revision'],
  }),
  managed({ method: 'DELETE', path: '/v1/profiles/:id', tag: 'Profiles', summary: 'Deletes a profile and signs out all its grants.', answers: { 202: profiles.profileSchema }, errors: ['profiles.not-found'] }),
  ...(['disable', 'enable', 'archive', 'restore'] as const).map((verb) =>
    managed({
      method: 'POST', path: `/v1/profiles/:id/${verb}`, tag: 'Profiles',
      summary: { disable: 'Stops hand-outs, consents and refreshes.', enable: 'Lets a disabled profile work again.', archive: 'Puts a profile away; its grants stay and are not used.', restore: 'Brings an archived profile back, disabled.' }[verb],
      answers: { 200: profiles.profileSchema }, errors: ['profiles.not-found', 'profiles.wrong-status'], idempotencyKey: true,
    }),
  ),
  managed({ method: 'GET', path: '/v1/profiles/:id/revisions', tag: 'Profiles', summary: 'Every revision: who, when, what.', query: profiles.listRevisionsQuery, answers: { 200: profiles.profileRevisionsPageSchema }, errors: ['profiles.not-found'] }),
];
