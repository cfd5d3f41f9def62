import { randomUUID } from 'node:crypto';
import type { Role } from '@grantkeeper/contracts/operators/http';
import { routes } from '@grantkeeper/contracts/routes';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

const everyone: Role[] = ['viewer', 'author', 'operator', 'admin'];

/** Who may do what, written down on its own: a route of the contract without a row fails. */
const allowed: Record<string, Role[]> = {
  'GET /v1/session': everyone,
  'DELETE /v1/session': everyone,
  'POST /v1/operators/me/api-tokens': everyone,
  'GET /v1/operators/me/api-tokens': everyone,
  'DELETE /v1/operators/me/api-tokens/:id': everyone,
  'GET /v1/operators/me/sessions': everyone,
  'GET /v1/operators/:id/sessions': ['admin'],
  'DELETE /v1/sessions/:id': everyone,
  'POST /v1/operators/me/password': everyone,
  'POST /v1/operators': ['admin'],
  'GET /v1/operators': ['admin'],
  'PATCH /v1/operators/:id': ['admin'],
  'DELETE /v1/operators/:id': ['admin'],
  'GET /v1/audit': ['operator', 'admin'],
  'GET /v1/audit.csv': ['operator', 'admin'],
  'GET /v1/audit.jsonl': ['operator', 'admin'],
  'GET /v1/audit/verification': ['operator', 'admin'],
  'POST /v1/assistants': ['admin'],
  'GET /v1/assistants': everyone,
  'GET /v1/assistants/:assistantId': everyone,
  'PATCH /v1/assistants/:assistantId': ['admin'],
  'DELETE /v1/assistants/:assistantId': ['admin'],
  'POST /v1/assistants/:assistantId/runtime-keys': ['author', 'operator', 'admin'],
  'GET /v1/assistants/:assistantId/runtime-keys': everyone,
  'DELETE /v1/runtime-keys/:id': ['author', 'operator', 'admin'],
  'POST /v1/assistants/:assistantId/profiles': ['author', 'admin'],
  'GET /v1/assistants/:assistantId/profiles': everyone,
  'GET /v1/profiles/:id': everyone,
  'PATCH /v1/profiles/:id': ['author', 'admin'],
  'DELETE /v1/profiles/:id': ['author', 'admin'],
  'POST /v1/profiles/:id/disable': ['author', 'admin'],
  'POST /v1/profiles/:id/enable': ['author', 'admin'],
  'POST /v1/profiles/:id/archive': ['author', 'admin'],
  'POST /v1/profiles/:id/restore': ['author', 'admin'],
  'GET /v1/profiles/:id/revisions': everyone,
  'POST /v1/profiles/:id/authorize': ['operator', 'admin'],
  'POST /v1/profiles/:id/blast-radius': ['author', 'admin'],
  'POST /v1/profiles/:id/approve-origins': ['admin'],
  'POST /v1/profiles/:id/explain': everyone,
  'POST /v1/profiles/:id/test-runs': ['author', 'admin'],
  'GET /v1/test-runs/:id': everyone,
  'GET /v1/test-runs/:id/events': everyone,
  'GET /v1/assistants/:assistantId/grants': everyone,
  'GET /v1/assistants/:assistantId/grants.csv': everyone,
  'GET /v1/grants/:id/timeline': everyone,
  'GET /v1/grants/:id': everyone,
  'DELETE /v1/grants/:id': ['operator', 'admin'],
  'POST /v1/grants/:id/refresh': ['operator', 'admin'],
  'POST /v1/grants/:id/allow-other-account': ['operator', 'admin'],
};
const managed = routes.filter(({ caller }) => caller === 'operator' || caller === 'either');
const cases = managed.flatMap(({ method, path }) => everyone.map((role): [Role, string, string] => [role, method, path]));

describe('roles', () => {
  let api: RunningApi;
  const tokens = new Map<Role, string>();
  const addressOf = (path: string) => path.replace(/:[^/]+/g, () => randomUUID());

  beforeAll(async () => {
    api = await RunningApi.start();
    for (const role of everyone) tokens.set(role, (await api.givenOperator(role)).token);
  });
  afterAll(() => api.stop());

  it('are written down for every managed route', () => {
    expect(managed.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(allowed).sort());
  });

  it.each(cases)('%s: %s %s', async (role, method, path) => {
    const answer = await api.call(method, addressOf(path), { token: tokens.get(role), headers: { 'if-match': '"1"' } });
    if (allowed[`${method} ${path}`]?.includes(role)) expect([401, 403, 500]).not.toContain(answer.status);
    else expect([answer.status, answer.body.code]).toEqual([403, 'http.forbidden']);
  });

  it.each(managed.map(({ method, path }) => [method, path]))('nobody without a credential: %s %s', async (method, path) => {
    const answer = await api.call(method, addressOf(path), { token: null });
    expect([answer.status, answer.body.code, answer.headers['www-authenticate']]).toEqual([
      401,
      'http.unauthenticated',
      'Bearer',
    ]);
  });

  it.each(managed.filter(({ caller }) => caller === 'operator').map(({ method, path }) => [method, path]))(
    'no runtime: %s %s',
    async (method, path) => {
      const { key } = await api.givenKey(await api.givenAssistant());
      expect((await api.call(method, addressOf(path), { token: key })).status).toBe(401);
    },
  );
});
