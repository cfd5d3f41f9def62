import type { Role } from '@grantkeeper/contracts/operators/http';

export const everyone: Role[] = ['viewer', 'author', 'operator', 'admin'];
const authors: Role[] = ['author', 'admin'];
const operators: Role[] = ['operator', 'admin'];
const keyHolders: Role[] = ['author', 'operator', 'admin'];
const admins: Role[] = ['admin'];

export interface Allowed {
  roles: Role[];
  /** Whether a role for the assistant of what is asked for is enough, or any role at all. */
  needs: 'any role' | 'a role for all' | 'a role where it is';
}

const any: Allowed = { roles: everyone, needs: 'any role' };
const forAll = (roles: Role[]): Allowed => ({ roles, needs: 'a role for all' });
const there = (roles: Role[]): Allowed => ({ roles, needs: 'a role where it is' });

/** Who may do what, written down on its own: an endpoint of the OpenAPI document without a row fails. */
export const allowedRoles: Record<string, Allowed> = {
  'GET /v1/session': any,
  'DELETE /v1/session': any,
  'POST /v1/operators/me/api-tokens': any,
  'GET /v1/operators/me/api-tokens': any,
  'DELETE /v1/operators/me/api-tokens/{id}': any,
  'GET /v1/operators/me/sessions': any,
  'POST /v1/operators/me/password': any,
  'DELETE /v1/sessions/{id}': any,
  'GET /v1/live': any,
  'GET /v1/operators/{id}/sessions': forAll(admins),
  'POST /v1/operators': forAll(admins),
  'GET /v1/operators': forAll(admins),
  'PATCH /v1/operators/{id}': forAll(admins),
  'DELETE /v1/operators/{id}': forAll(admins),
  'GET /v1/audit': there(operators),
  'GET /v1/audit.csv': there(operators),
  'GET /v1/audit.jsonl': there(operators),
  'GET /v1/audit/verification': forAll(operators),
  'GET /v1/refresh/summary': forAll(everyone),
  'GET /v1/queues': forAll(operators),
  'GET /v1/queues/{name}/failed': forAll(operators),
  'POST /v1/queues/{name}/failed/retry': forAll(operators),
  'POST /v1/queues/{name}/pause': forAll(operators),
  'POST /v1/queues/{name}/resume': forAll(operators),
  'GET /v1/system': forAll(operators),
  'POST /v1/assistants': forAll(admins),
  'GET /v1/assistants': there(everyone),
  'GET /v1/assistants/{assistantId}': there(everyone),
  'PATCH /v1/assistants/{assistantId}': forAll(admins),
  'DELETE /v1/assistants/{assistantId}': forAll(admins),
  'POST /v1/assistants/{assistantId}/runtime-keys': there(keyHolders),
  'GET /v1/assistants/{assistantId}/runtime-keys': there(everyone),
  'DELETE /v1/runtime-keys/{id}': there(keyHolders),
  'POST /v1/assistants/{assistantId}/profiles': there(authors),
  'GET /v1/assistants/{assistantId}/profiles': there(everyone),
  'GET /v1/profiles/{id}': there(everyone),
  'PATCH /v1/profiles/{id}': there(authors),
  'DELETE /v1/profiles/{id}': there(authors),
  'POST /v1/profiles/{id}/disable': there(authors),
  'POST /v1/profiles/{id}/enable': there(authors),
  'POST /v1/profiles/{id}/archive': there(authors),
  'POST /v1/profiles/{id}/restore': there(authors),
  'GET /v1/profiles/{id}/revisions': there(everyone),
  'POST /v1/profiles/{id}/authorize': there(operators),
  'POST /v1/profiles/{id}/resume': there(operators),
  'POST /v1/profiles/{id}/blast-radius': there(authors),
  'POST /v1/profiles/{id}/approve-origins': there(admins),
  'POST /v1/profiles/{id}/explain': there(everyone),
  'POST /v1/profiles/{id}/test-runs': there(authors),
  'GET /v1/test-runs/{id}': there(everyone),
  'GET /v1/test-runs/{id}/events': there(everyone),
  'GET /v1/assistants/{assistantId}/grants': there(everyone),
  'GET /v1/assistants/{assistantId}/grants.csv': there(everyone),
  'GET /v1/grants/{id}/timeline': there(everyone),
  'GET /v1/grants/{id}': there(everyone),
  'DELETE /v1/grants/{id}': there(operators),
  'POST /v1/grants/{id}/refresh': there(operators),
  'POST /v1/grants/{id}/allow-other-account': there(operators),
};

/** The kind of object of an assistant that a path of the document names; null where it names none. */
export function namedObject(path: string): string | null {
  const [, kinds] = /^\/v1\/(assistants|profiles|grants|test-runs|runtime-keys)\/\{/.exec(path) ?? [];
  return kinds?.slice(0, -1) ?? null;
}
