import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiAnswer } from './support/api-client.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const nobody = '00000000-0000-4000-8000-000000000000';

describe('what belongs to one assistant', () => {
  let system: System;
  let provider: ScriptedProvider;
  let grant: GivenGrant;
  let authorizationId: string;
  let foreignKey: string;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem({ api: 2 });
    grant = await system.givenGrant(provider);
    const asked = await system.askToken({ profile: grant.profile.id, user: 'somebody else' }, grant.key);
    if (asked.body.status !== 'consent_required') throw new Error('expected a sign-in link');
    authorizationId = asked.body.authorizationId ?? '';
    const other = await system.givenAssistant();
    foreignKey = (await system.givenRuntimeKey(other.id)).key;
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  /** Every way to name an object in a runtime's call; each is asked about ours and about one that never was. */
  const calls: [string, (token: string, exists: boolean) => Promise<ApiAnswer>, string][] = [
    ['token by profile id', (token, exists) => askFor(exists ? grant.profile.id : nobody, token), 'profiles.not-found'],
    [
      'token by profile name',
      (token, exists) => askFor(exists ? grant.profile.name : 'no such name', token),
      'profiles.not-found',
    ],
    ['grant', (token, exists) => onGrant('GET', token, exists), 'grants.not-found'],
    ['sign-out', (token, exists) => onGrant('DELETE', token, exists), 'grants.not-found'],
    ['authorization', (token, exists) => onAuthorization('GET', '', token, exists), 'authorizations.not-found'],
    ['completion', (token, exists) => onAuthorization('POST', '/complete', token, exists), 'authorizations.not-found'],
  ];
  const askFor = (profile: string, token: string): Promise<ApiAnswer> => system.askToken({ profile, user: grant.user }, token);
  const onGrant = (method: string, token: string, exists: boolean) =>
    system.api(method, `/v1/grants/${exists ? grant.ready.grantId : nobody}`, { token });
  const onAuthorization = (method: string, rest: string, token: string, exists: boolean) =>
    system.api(method, `/v1/authorizations/${exists ? authorizationId : nobody}${rest}`, {
      token,
      body: method === 'POST' ? { code: 'ABCD-2345' } : undefined,
    });

  it.each(calls)('is to another assistant’s key as if it did not exist: %s', async (_, call, code) => {
    const foreign = await call(foreignKey, true);
    const missing = await call(foreignKey, false);

    expect(foreign).toMatchObject({ status: 404, body: { code } });
    expect(foreign.body).toEqual(missing.body);
  });

  it.each(calls)('is to a key for other profiles as if it did not exist: %s', async (_, call, code) => {
    const otherProfile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey(undefined, [otherProfile.id]);

    expect(await call(key, true)).toMatchObject({ status: 404, body: { code } });
    expect((await askFor(otherProfile.id, key)).status).toBe(200);
  });

  it('is listed to nobody else, and untouched by all those calls', async () => {
    const listed = (token: string) =>
      system.api<{ items: GrantView[] }>('GET', `/v1/grants?user=${encodeURIComponent(grant.user)}`, { token });
    expect((await listed(foreignKey)).body).toEqual({ items: [], nextCursor: null });
    expect((await listed(grant.key)).body.items).toMatchObject([{ id: grant.ready.grantId, status: 'active' }]);

    expect((await askFor(grant.profile.id, grant.key)).body).toMatchObject({ status: 'ready', tokenVersion: 1 });
    expect((await onAuthorization('GET', '', grant.key, true)).body).toMatchObject({ status: 'waiting' });
  });

  it('is closed to a revoked key on the next call, at every api', async () => {
    const { id, key } = await system.givenRuntimeKey();
    const callAt = (api: number) => system.askToken({ profile: grant.profile.id, user: grant.user }, key, api);
    const listAt = (api: number) => system.api('GET', '/v1/grants?user=u', { token: key, api });
    for (const api of [0, 1]) expect([(await callAt(api)).status, (await listAt(api)).status]).toEqual([200, 200]);

    expect((await system.asOperator('DELETE', `/v1/runtime-keys/${id}`)).status).toBe(204);

    for (const api of [1, 0]) {
      expect(await callAt(api)).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } });
      expect(await listAt(api)).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } });
    }
  });

  it.each([
    ['no credential', undefined],
    ['a key nobody made', `gkr_${'A'.repeat(43)}`],
    ['something else', 'hello'],
  ])('is closed to %s', async (_, token) => {
    for (const path of ['/v1/grants?user=u', `/v1/grants/${grant.ready.grantId}`, `/v1/authorizations/${authorizationId}`])
      expect(await system.api('GET', path, { token })).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } });
    const asked = await system.api('POST', '/v1/token', { token, body: { profile: grant.profile.id, user: grant.user } });
    expect(asked).toMatchObject({ status: 401, body: { code: 'http.unauthenticated' } });
  });

  it('is managed by operators, not by runtimes', async () => {
    const { profile } = grant;
    const calls = [`/v1/profiles/${profile.id}`, `/v1/assistants/${profile.assistantId}/grants`, '/v1/audit', '/v1/operators'];
    for (const path of calls) expect((await system.api('GET', path, { token: grant.key })).status).toBe(401);
  });
});
