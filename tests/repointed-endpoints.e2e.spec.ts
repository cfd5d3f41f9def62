import { randomUUID } from 'node:crypto';
import type { GrantView } from '@grantkeeper/contracts/grants/http';
import type { ProfileView } from '@grantkeeper/contracts/profiles/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './support/eventually.js';
import type { GivenGrant } from './support/givens.js';
import { prepareConsent } from './support/prepared-consent.js';
import type { LoggedRequest } from './support/scripted-provider/request-log.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

const ownSecret = 'the-authors-own-secret';

/** All that a request brought, also what Basic authentication wraps up. */
const textOf = ({ headers, body, query, path }: LoggedRequest): string => {
  const basic = /^basic (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const unwrapped = Buffer.from(basic, 'base64').toString();
  return [JSON.stringify({ headers, body, query, path }), unwrapped, decodeURIComponent(unwrapped)].join('\n');
};

describe('an author who sends a profile to a host of their own', () => {
  let system: System;
  let good: ScriptedProvider;
  let evil: ScriptedProvider;
  let author: string;
  let admin: string;

  beforeAll(async () => {
    good = await startScriptedProvider({ mode: 'strict', canary: 'existing' });
    evil = await startScriptedProvider({ mode: 'strict', clientId: good.clientId, clientSecret: ownSecret });
    system = await startSystem();
    [author, admin] = [await operatorOf('author'), await operatorOf('admin')];
  });
  afterAll(async () => {
    await system?.stop();
    await good?.stop();
    await evil?.stop();
  });

  async function operatorOf(role: string): Promise<string> {
    const credentials = { email: `${randomUUID()}@example.com`, password: 'a long pass phrase' };
    await system.asOperator('POST', '/v1/operators', { ...credentials, role });
    const session = await system.api('POST', '/v1/session', { body: credentials });
    const cookie = session.headers.getSetCookie()[0]?.split(';')[0];
    const headers = { origin: system.publicUrl };
    const made = await system.api<{ token: string }>('POST', '/v1/operators/me/api-tokens', {
      body: { name: 'spec' },
      cookie,
      headers,
    });
    return made.body.token;
  }
  const as = <T>(token: string, method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    system.api<T>(method, path, { token, body, headers });
  const read = async (id: string): Promise<ProfileView> => (await as<ProfileView>(author, 'GET', `/v1/profiles/${id}`)).body;
  async function revise(id: string, patch: object, token = author): Promise<ProfileView> {
    const { revision } = await read(id);
    const answer = await as<ProfileView>(token, 'PATCH', `/v1/profiles/${id}`, patch, { 'if-match': `"${revision}"` });
    if (answer.status !== 200) throw new Error(`PATCH answered ${answer.status}: ${answer.text}`);
    return answer.body;
  }
  const verb = (id: string, name: string) => as(author, 'POST', `/v1/profiles/${id}/${name}`);
  const ask = ({ profile, user, key }: Pick<GivenGrant, 'profile' | 'user' | 'key'>) =>
    system.askToken({ profile: profile.id, user }, key);
  const evilUrls = () => ({ tokenUrl: evil.tokenUrl, refreshUrl: evil.tokenUrl, revocationUrl: evil.revocationUrl });

  async function recreated(profile: ProfileView): Promise<void> {
    await as(author, 'DELETE', `/v1/profiles/${profile.id}`);
    await eventually(async () => expect((await as(author, 'GET', `/v1/profiles/${profile.id}`)).status).toBe(404));
    await system.givenProfile(
      { ...good, ...evilUrls(), clientSecret: ownSecret, authorizationUrl: good.authorizationUrl },
      { id: profile.id },
    );
  }

  const ways: [string, (profile: ProfileView) => Promise<unknown>][] = [
    ['tokenUrl', ({ id }) => revise(id, { tokenUrl: evil.tokenUrl })],
    ['tokenUrl, with a secret of their own', ({ id }) => revise(id, { tokenUrl: evil.tokenUrl, clientSecret: ownSecret })],
    ['refreshUrl', ({ id }) => revise(id, { refreshUrl: evil.tokenUrl })],
    ['refreshUrl, with a secret of their own', ({ id }) => revise(id, { refreshUrl: evil.tokenUrl, clientSecret: ownSecret })],
    ['revocationUrl', ({ id }) => revise(id, { advanced: { revocationUrl: evil.revocationUrl } })],
    [
      'revocationUrl, with a secret of their own',
      ({ id }) => revise(id, { advanced: { revocationUrl: evil.revocationUrl }, clientSecret: ownSecret }),
    ],
    [
      'every URL, the client showing its name alone',
      ({ id }) =>
        revise(id, {
          tokenUrl: evil.tokenUrl,
          advanced: { revocationUrl: evil.revocationUrl, clientAuthentication: { method: 'none' } },
        }),
    ],
    [
      'tokenUrl given back to the discovery of their host',
      ({ id }) => revise(id, { tokenUrl: null, refreshUrl: null, advanced: { discoveryUrl: evil.discoveryUrl } }),
    ],
    [
      'all of advanced taken away, and discovery put in its place',
      async ({ id }) => {
        await revise(id, { advanced: null });
        await revise(id, { advanced: { discoveryUrl: evil.discoveryUrl } });
      },
    ],
    [
      'one URL after the other, so that the second adds no origin',
      async ({ id }) => {
        await revise(id, { advanced: { revocationUrl: evil.revocationUrl } });
        await revise(id, { tokenUrl: evil.tokenUrl });
      },
    ],
    [
      'there, back and there again',
      async ({ id, tokenUrl }) => {
        await revise(id, { tokenUrl: evil.tokenUrl });
        await revise(id, { tokenUrl });
        await revise(id, { refreshUrl: evil.tokenUrl });
      },
    ],
    [
      'while it is disabled',
      async ({ id }) => {
        await verb(id, 'disable');
        await revise(id, { tokenUrl: evil.tokenUrl });
        await verb(id, 'enable');
      },
    ],
    [
      'before it is archived, restored and enabled',
      async ({ id }) => {
        await revise(id, { tokenUrl: evil.tokenUrl });
        for (const name of ['archive', 'restore', 'enable']) await verb(id, name);
      },
    ],
    ['apiBaseUrl', ({ id }) => revise(id, { advanced: { apiBaseUrl: `${evil.origin}/api` } })],
    [
      'apiBaseUrl, with a secret of their own',
      ({ id }) => revise(id, { advanced: { apiBaseUrl: `${evil.origin}/api` }, clientSecret: ownSecret }),
    ],
    [
      'the API of a tenancy that is switched on',
      ({ id }) => revise(id, { tenancy: { enabled: true, url: `${evil.origin}/{tenant}`, allowedTenants: ['acme'] } }),
    ],
    ['a profile with the same id, after its deletion', recreated],
  ];

  it.each(ways)('gets neither the client secret nor a token of an existing grant: %s', async (_way, repoint) => {
    const before = evil.requests.length;
    const grant = await system.givenGrant(good);
    const { profile, key, ready } = grant;
    const held = await system.givenGrant(good, { profile, key });
    const begun = await prepareConsent(system, good, { profile: profile.id, key });

    await repoint(profile);

    const handedOut = [await ask(grant)]; // while its token lives
    await begun.deliver(); // a consent that was under way
    await as(admin, 'POST', `/v1/grants/${held.ready.grantId}/refresh`);
    for (const { grantId } of [ready, held.ready]) await expireToken(system, grantId).catch(() => {}); // deleted with its profile
    handedOut.push(await ask(grant), await ask(held));
    const whoever = { approve: (url: string) => (url.startsWith(evil.origin) ? evil : good).approve(url) };
    const late = await prepareConsent(system, whoever, { profile: profile.id, key }); // one that begins now
    await late.deliver();
    await eventually(async () => expect(['failed', 'consented']).toContain((await late.outcome()).status));
    await as(admin, 'DELETE', `/v1/grants/${held.ready.grantId}`);

    const leadingThere = handedOut.filter(({ body }) => body.status === 'ready' && body.request.baseUrl?.startsWith(evil.origin));
    expect(leadingThere).toEqual([]);
    const received = evil.requests.slice(before).map(textOf).join('\n');
    const secrets = [good.clientSecret, ready.accessToken, held.ready.accessToken, begun.code, ...good.issuedRefreshTokens];
    expect(secrets.filter((secret) => received.includes(secret))).toEqual([]);
    expect(secrets.filter((secret) => secret === '')).toEqual([]);
  });

  it('is not sent the next client secret, however it refuses the one of their own', async () => {
    const before = evil.requests.length;
    const profile = await system.givenProfile(good);
    const nextClientSecret = `existing-next-${randomUUID()}`;
    await revise(profile.id, { nextClientSecret }, admin);
    await revise(profile.id, { tokenUrl: evil.tokenUrl, clientSecret: 'refused' });
    evil.answerNextToken(
      { status: 200, body: { access_token: 'a', refresh_token: 'r', token_type: 'Bearer', expires_in: 3600 } },
      1,
      'authorization_code',
    );
    const grant = await system.givenGrant(good, { profile });
    await expireToken(system, grant.ready.grantId);

    expect((await ask(grant)).body).toMatchObject({ code: 'providers.configuration' });

    const received = evil.requests.slice(before).map(textOf).join('\n');
    expect(evil.tokenRequests({ refreshToken: 'r' })).toHaveLength(1);
    expect(received).not.toContain(nextClientSecret);
  });

  it('learns nothing by an approval of their own; a word of another admin lets the grants follow', async () => {
    const grant = await system.givenGrant(good);
    const { profile, ready } = grant;
    const other = await operatorOf('admin');
    const { revision } = await revise(profile.id, { tokenUrl: evil.tokenUrl, clientSecret: ownSecret }, admin);
    await expireToken(system, ready.grantId);
    expect((await ask(grant)).body).toMatchObject({ status: 'reconnect_required', reason: 'endpoints_changed' });
    const approve = (token: string) =>
      as<{ code?: string }>(token, 'POST', `/v1/profiles/${profile.id}/approve-origins`, undefined, {
        'if-match': `"${revision}"`,
      });

    expect((await approve(author)).body.code).toBe('http.forbidden');
    expect((await approve(admin)).body.code).toBe('profiles.own-revision');
    expect((await ask(grant)).body.status).toBe('reconnect_required');
    expect(await approve(other)).toMatchObject({ status: 202, body: { grants: 1 } });

    const moved = await eventually(async () => {
      const { body } = await as<GrantView>(admin, 'GET', `/v1/grants/${ready.grantId}`);
      expect(body.status).toBe('active');
      return body;
    });
    expect(moved.tokenVersion).toBe(ready.tokenVersion);
    const refreshToken = good.newestRefreshToken(ready.accessToken) ?? '';
    evil.answerNextToken(
      { status: 200, body: { access_token: 'moved', token_type: 'Bearer', expires_in: 3600 } },
      1,
      'refresh_token',
    );
    expect((await ask(grant)).body).toMatchObject({ status: 'ready', accessToken: 'moved' });
    expect(evil.tokenRequests({ refreshToken })).toHaveLength(1);
  });
});
