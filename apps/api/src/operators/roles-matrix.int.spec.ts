import { randomUUID } from 'node:crypto';
import type { Roles } from '@grantkeeper/contracts/operators/http';
import { storedGrant, storedTestRun } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Allowed, allowedRoles, everyone, namedObject } from '../../test-fixtures/allowed-roles.js';
import { RunningApi } from '../../test-fixtures/running-api.js';
import type { Operation } from '../reference/openapi.js';

interface Endpoint {
  name: string;
  method: string;
  path: string;
  operation: Operation;
}
type Outcome = 'allowed' | 401 | 403 | 404;
/** Whose assistant the path names; a path that names none is asked once, as `own`. */
type Place = 'own' | 'foreign';

/** Whoever may call, with roles by place; null for no operator. */
const callers: Record<string, (own: string) => Roles | null> = {
  nobody: () => null,
  'a runtime key': () => null,
  ...Object.fromEntries(everyone.map((role) => [`${role} of all`, () => ({ role, assistantRoles: [] })])),
  ...Object.fromEntries(
    everyone.map((role) => [`${role} of one`, (own: string) => ({ role: null, assistantRoles: [{ assistantId: own, role }] })]),
  ),
  'viewer of all, author of one': (own) => ({ role: 'viewer', assistantRoles: [{ assistantId: own, role: 'author' }] }),
  'author of all, operator of one': (own) => ({ role: 'author', assistantRoles: [{ assistantId: own, role: 'operator' }] }),
};

/** What must come of a call, from the table alone. */
function expected(caller: string, roles: Roles | null, endpoint: Endpoint, place: Place): Outcome {
  const { operation, name, path } = endpoint;
  if (operation.security.length === 0) return 'allowed';
  const takesRuntime = operation.security.some((one) => 'runtimeKey' in one);
  if (roles === null) return caller === 'a runtime key' && takesRuntime ? 'allowed' : 401;
  const row = allowedRoles[name];
  if (row === undefined) return 401; // only runtimes call it
  const isAllowed = (role: string | null | undefined) => role !== null && row.roles.includes(role as never);
  const there = place === 'own' ? roles.assistantRoles[0]?.role : undefined;
  if (row.roles === everyone && row.needs === 'any role') return 'allowed';
  if (isAllowed(roles.role)) return 'allowed';
  if (row.needs === 'a role where it is' && isAllowed(there)) return 'allowed';
  return namedObject(path) !== null && roles.role === null && place === 'foreign' ? 404 : 403;
}

describe('roles × endpoints, as the OpenAPI document has them', () => {
  let api: RunningApi;
  let endpoints: Endpoint[];
  const assistants = { own: '', foreign: '' };
  const objects: Record<Place, Record<string, string>> = { own: {}, foreign: {} };
  const tokens = new Map<string, string | null>();

  beforeAll(async () => {
    api = await RunningApi.start();
    const { body } = await api.call('GET', '/v1/openapi.json', { token: null });
    endpoints = Object.entries<Record<string, Operation>>(body.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([lower, operation]) => {
        const method = lower.toUpperCase();
        return { name: `${method} ${path}`, method, path, operation };
      }),
    );
    for (const place of ['own', 'foreign'] as const) {
      assistants[place] = await api.givenAssistant();
      for (const kind of ['assistant', 'profile', 'grant', 'test-run', 'runtime-key'])
        objects[place][kind] = await given(kind, place);
    }
    for (const [caller, rolesIn] of Object.entries(callers)) {
      const roles = rolesIn(assistants.own);
      if (roles) tokens.set(caller, (await api.givenOperator(roles.role, [...roles.assistantRoles])).token);
    }
    tokens.set('nobody', null);
    tokens.set('a runtime key', (await api.givenKey(assistants.own)).key);
  });
  afterAll(() => api.stop());

  /** A new object of the assistant at this place. */
  async function given(kind: string, place: Place): Promise<string> {
    const assistantId = assistants[place];
    if (kind === 'assistant') return assistantId;
    if (kind === 'runtime-key') return (await api.givenKey(assistantId)).id;
    const profile = await api.givenProfile(assistantId);
    if (kind === 'grant') return (await storedGrant(api.db, profile)).id;
    return kind === 'test-run' ? storedTestRun(api.db, profile) : profile.id;
  }

  /** What a call changes or removes is its own: the next one finds the rest as it was. */
  async function addressOf({ method, path, name }: Endpoint, place: Place, outcome: Outcome): Promise<string> {
    const kind = namedObject(path);
    const isSpent = outcome === 'allowed' && method !== 'GET';
    const named = kind === null ? '' : isSpent && kind !== 'assistant' ? await given(kind, place) : objects[place][kind];
    const first = name === 'DELETE /v1/assistants/{assistantId}' && isSpent ? await api.givenAssistant() : named;
    let places = 0;
    return path.replace(/\{([^}]+)\}/g, () => (kind !== null && places++ === 0 ? (first as string) : randomUUID()));
  }

  async function statusOf(method: string, url: string, token: string | null): Promise<number> {
    const answer = await api.app.inject({
      method: method as 'GET',
      url,
      headers: { 'if-match': '"999"', ...(token === null ? {} : { authorization: `Bearer ${token}` }) },
      payloadAsStream: true, // a stream of events has no end
    });
    answer.stream().destroy();
    return answer.statusCode;
  }

  it('have a row for every endpoint that operators call, and no row for another', () => {
    const operators = endpoints.filter(({ operation }) => operation.security.some((one) => 'operatorApiToken' in one));
    expect(operators.map(({ name }) => name).sort()).toEqual(Object.keys(allowedRoles).sort());
  });

  it('are told by the document as the table has them', () => {
    const told = (needs: Allowed['needs'], kind: string | null) =>
      ({ 'any role': undefined, 'a role for all': kind ?? 'installation', 'a role where it is': kind ?? 'own' })[needs];
    for (const { name, path, operation } of endpoints) {
      const row = allowedRoles[name];
      if (row) expect([name, operation['x-permission-of']]).toEqual([name, told(row.needs, namedObject(path))]);
    }
  });

  it.each(Object.keys(callers))('%s', async (caller) => {
    const roles = callers[caller]?.(assistants.own) ?? null;
    const wrong: string[] = [];
    let asked = 0;
    for (const endpoint of endpoints) {
      for (const place of namedObject(endpoint.path) === null ? (['own'] as const) : (['own', 'foreign'] as const)) {
        const outcome = expected(caller, roles, endpoint, place);
        const url = await addressOf(endpoint, place, outcome);
        const status = await statusOf(endpoint.method, url, tokens.get(caller) ?? null);
        const isRight = outcome === 'allowed' ? ![401, 403].includes(status) : status === outcome;
        const isFound = outcome !== 'allowed' || status !== 404 || isLost(caller, endpoint, place);
        if (!isRight || !isFound) wrong.push(`${endpoint.name} (${place}): ${status} instead of ${outcome}`);
        asked += 1;
      }
    }
    expect(wrong).toEqual([]);
    expect(asked).toBeGreaterThan(endpoints.length);
  });

  /** Where 404 says nothing of roles: what is made up in the path, and what a runtime of another assistant asks for. */
  function isLost(caller: string, { path }: Endpoint, place: Place): boolean {
    const isMadeUp = [...path.matchAll(/\{/g)].length > (namedObject(path) === null ? 0 : 1);
    return isMadeUp || path.startsWith('/v1/session/oidc') || (caller === 'a runtime key' && place === 'foreign');
  }
});
