import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
let assistantId: string;
beforeAll(async () => {
  api = await RunningApi.start();
  assistantId = await api.givenAssistant();
});
afterAll(() => api.stop());

const secret = 'the-client-secret-canary';
const whole = {
  clientSecret: secret,
  authorizationUrl: 'https://{tenant}.idp.example.com/authorize?keep=a%20b',
  tokenUrl: 'https://{tenant}.idp.example.com/token?pin={{pin}}',
  scope: [{ value: 'read' }, { key: 'prompt', value: 'consent' }],
  tenancy: { enabled: true, url: 'https://{tenant}.api.example.com/{{site}}/?$format=json' },
  additionalFields: [
    { key: 'pin', secret: true },
    { key: 'region', value: 'eu' },
  ],
  authorizationFields: [
    { fieldType: 'header', key: 'X-Region', value: '{{region}}-{{context.lang}}' },
    { fieldType: 'payload', key: 'pin', value: '{{pin}}' },
    { fieldType: 'query', key: 'lang', value: '{{context.lang}}' },
    { fieldType: 'path', key: 'site', value: 'site-{{region}}' },
  ],
  advanced: { revocationUrl: 'https://{tenant}.idp.example.com/revoke', clientAuthentication: { method: 'client_secret_post' } },
};
const given = { tenant: 'acme', fields: { pin: 'the-pin-canary' }, context: { lang: 'de' } };
const explain = (id: string, body: unknown = given) => api.call('POST', `/v1/profiles/${id}/explain`, { body });

describe('an explanation', () => {
  it('shows every request with its placeholders filled and each value’s source', async () => {
    const profile = await api.givenProfile(assistantId, whole);
    const { status, body } = await explain(profile.id);
    expect([status, body.requests.map(({ request }: { request: string }) => request)]).toEqual([
      200,
      ['authorize', 'token', 'refresh', 'revoke', 'api'],
    ]);
    const [authorize, token, refresh, revoke, call] = body.requests;
    expect(authorize.url).toMatch(/^https:\/\/acme\.idp\.example\.com\/authorize\?keep=a%20b&response_type=code&/);
    expect(authorize.placeholders).toEqual([{ name: '{tenant}', value: 'acme', source: 'tenant' }]);
    expect(authorize.query).toEqual(
      expect.arrayContaining([
        { name: 'redirect_uri', value: `${publicUrl}/callback/${profile.id}`, source: 'callbackUrl' },
        { name: 'prompt', value: 'consent', source: 'scope' },
        { name: 'state', value: 'masked', source: 'made for each consent' },
      ]),
    );
    expect(token).toMatchObject({ method: 'POST', url: 'https://acme.idp.example.com/token?pin=masked' });
    expect(token.placeholders).toContainEqual({ name: '{{pin}}', value: 'masked', source: 'fields.pin' });
    expect(token.body).toEqual(
      expect.arrayContaining([
        { name: 'code', value: 'masked', source: 'the callback' },
        { name: 'client_secret', value: 'masked', source: 'clientSecret' },
      ]),
    );
    expect(refresh.body).toContainEqual({ name: 'refresh_token', value: 'masked', source: 'the grant' });
    expect(revoke.url).toBe('https://acme.idp.example.com/revoke');
    expect(call).toMatchObject({
      method: 'POST',
      url: 'https://acme.api.example.com/site-eu/?$format=json&lang=de',
      headers: expect.arrayContaining([
        { name: 'Authorization', value: 'Bearer masked', source: 'the grant' },
        {
          name: 'X-Region',
          value: 'eu-de',
          source:
            'authorizationFields: header X-Region; {{region}} of additionalFields: the default of region; {{context.lang}} of context.lang',
        },
      ]),
      body: [{ name: 'pin', value: 'masked', source: 'authorizationFields: payload pin; {{pin}} of fields.pin' }],
    });
    expect(JSON.stringify(body)).not.toMatch(/canary/);
  });

  it('names the parameters that a consent really sends', async () => {
    const profile = await api.givenProfile(assistantId, whole);
    const { key } = await api.givenKey(assistantId);
    const ask = await api.call('POST', '/v1/token', { body: { profile: profile.id, user: 'u', ...given }, token: key });
    const sent = await api.call('POST', new URL(ask.body.signInUrl).pathname, {
      payload: 'step=continue',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: publicUrl, 'sec-fetch-site': 'same-origin' },
      token: null,
    });
    const [authorize] = (await explain(profile.id)).body.requests;
    const parametersOf = (url: string) =>
      [...new URL(url).searchParams].filter(([name]) => name !== 'state' && name !== 'code_challenge').sort();
    const namesOf = (url: string) => [...new URL(url).searchParams.keys()].sort();
    expect(namesOf(authorize.url)).toEqual(namesOf(String(sent.headers.location)));
    expect(parametersOf(authorize.url)).toEqual(parametersOf(String(sent.headers.location)));
  });

  it('stands in for what its user would be asked, and hides Basic credentials', async () => {
    const profile = await api.givenProfile(assistantId, {
      ...whole,
      advanced: {},
      authorizationFields: undefined,
      tenancy: { enabled: true, url: 'https://{tenant}.api.example.com' },
    });
    const { body } = await explain(profile.id, {});
    expect(body.requests[0]).toMatchObject({
      placeholders: [{ name: '{tenant}', value: 'tenant', source: 'asked of the user' }],
    });
    expect(body.requests[1].headers).toContainEqual({
      name: 'authorization',
      value: 'Basic masked',
      source: 'clientId and clientSecret',
    });
  });

  it('of a plain profile has no request to an API of which nothing is known', async () => {
    const { body } = await explain((await api.givenProfile(assistantId)).id, {});
    expect(body.requests.map(({ request }: { request: string }) => request)).toEqual(['authorize', 'token', 'refresh']);
  });

  it.each<[unknown, string]>([
    [{ tenant: 'evil.com/' }, 'tenant'],
    [{ tenant: 'acme', context: {} }, 'context.lang'],
    [{ ...given, fields: { colour: 'red' } }, 'fields.colour'],
    [{ ...given, more: 1 }, 'more'],
  ])('names what does not fit: %j', async (body, path) => {
    const profile = await api.givenProfile(assistantId, whole);
    const answer = await explain(profile.id, body);
    expect([answer.status, answer.body.errors.map((error: { path: string }) => error.path)]).toEqual([
      422,
      expect.arrayContaining([path]),
    ]);
  });

  it('is for whoever may read profiles', async () => {
    const profile = await api.givenProfile(assistantId);
    const viewer = await api.givenOperator('viewer');
    expect((await api.call('POST', `/v1/profiles/${profile.id}/explain`, { body: {}, token: viewer.token })).status).toBe(200);
    expect((await api.call('POST', `/v1/profiles/${profile.id}/explain`, { body: {}, token: null })).status).toBe(401);
    expect((await explain('00000000-0000-4000-8000-000000000000', {})).status).toBe(404);
  });
});
