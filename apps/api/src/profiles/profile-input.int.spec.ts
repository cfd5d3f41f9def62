import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newProfile, RunningApi } from '../../test-fixtures/running-api.js';

let api: RunningApi;
let assistantId: string;
beforeAll(async () => {
  api = await RunningApi.start();
  assistantId = await api.givenAssistant();
});
afterAll(() => api.stop());

const create = (more: Record<string, unknown>) =>
  api.call('POST', `/v1/assistants/${assistantId}/profiles`, { body: { ...newProfile(), ...more } });
const url = (length: number) => `https://idp.example.com/${'a'.repeat(length - 24)}`;

/** A wrong value of every field, and where the error must be. */
const wrong: [string, Record<string, unknown>, string[]][] = [
  ['type missing', { type: undefined }, ['type']],
  ['type of another kind', { type: 'saml' }, ['type']],
  ['id', { id: 'x' }, ['id']],
  ['name missing', { name: undefined }, ['name']],
  ['name too long', { name: 'a'.repeat(101) }, ['name']],
  ['name a number', { name: 5 }, ['name']],
  ['name of two lines', { name: 'a\r\nb' }, ['name']],
  ['name with NUL', { name: 'a\u0000' }, ['name']],
  ['name turned around', { name: 'a\u202egnp.exe' }, ['name']],
  ['identityProvider turned around', { identityProvider: '\u2067Asana' }, ['identityProvider']],
  ['description with NUL', { description: 'a\u0000' }, ['description']],
  ['clientId of two lines', { clientId: 'a\r\nb' }, ['clientId']],
  ['tokenUrl of two lines', { tokenUrl: 'https://idp.example.com/t\r\nx' }, ['tokenUrl']],
  ['tokenUrl with a direction mark', { tokenUrl: 'https://idp.example.com/\u202et' }, ['tokenUrl']],
  ['tokenUrl with a broken placeholder', { tokenUrl: 'https://idp.example.com/{pin' }, ['tokenUrl']],
  ['identityProvider missing', { identityProvider: undefined }, ['identityProvider']],
  ['identityProvider too long', { identityProvider: 'a'.repeat(101) }, ['identityProvider']],
  ['clientId missing', { clientId: undefined }, ['clientId']],
  ['clientId too long', { clientId: 'a'.repeat(256) }, ['clientId']],
  ['clientId not ASCII', { clientId: 'é' }, ['clientId']],
  ['clientSecret missing', { clientSecret: undefined }, ['clientSecret']],
  ['clientSecret too long', { clientSecret: 'a'.repeat(256) }, ['clientSecret']],
  ['nextClientSecret too long', { nextClientSecret: 'a'.repeat(256) }, ['nextClientSecret']],
  ['nextClientSecret with a line break', { nextClientSecret: 'a\r\nb' }, ['nextClientSecret']],
  ['clientSecret null', { clientSecret: null }, ['clientSecret']],
  ['grantedTo unknown', { grantedTo: 'nobody' }, ['grantedTo']],
  ['authorizationUrl missing', { authorizationUrl: undefined }, ['authorizationUrl']],
  ['authorizationUrl too long', { authorizationUrl: url(3001) }, ['authorizationUrl']],
  ['authorizationUrl http', { authorizationUrl: 'http://idp.example.com/a' }, ['authorizationUrl']],
  ['authorizationUrl with a placeholder', { authorizationUrl: 'https://{tenant}.example.com/a' }, ['authorizationUrl']],
  ['tokenUrl missing', { tokenUrl: undefined }, ['tokenUrl']],
  ['tokenUrl relative', { tokenUrl: '/token' }, ['tokenUrl']],
  ['tokenUrl with user info', { tokenUrl: 'https://a:b@idp.example.com/t' }, ['tokenUrl']],
  ['tokenUrl with a fragment', { tokenUrl: 'https://idp.example.com/t#x' }, ['tokenUrl']],
  ['tokenUrl of another scheme', { tokenUrl: 'file:///etc/passwd' }, ['tokenUrl']],
  ['tokenUrl to metadata', { tokenUrl: 'https://169.254.169.254/t' }, ['tokenUrl']],
  ['tokenUrl to loopback in hex', { tokenUrl: 'https://0x7f.1/t' }, ['tokenUrl']],
  ['tokenUrl to loopback in IPv6', { tokenUrl: 'https://[::ffff:127.0.0.1]/t' }, ['tokenUrl']],
  ['refreshUrl to a private address', { refreshUrl: 'https://10.0.0.8/t' }, ['refreshUrl']],
  ['refreshUrl too long', { refreshUrl: url(3001) }, ['refreshUrl']],
  ['scope no list', { scope: 'openid' }, ['scope']],
  ['scope with 51 rows', { scope: Array.from({ length: 51 }, () => ({ value: 'a' })) }, ['scope']],
  [
    'scope rows',
    { scope: [{ value: '' }, { key: 5, value: 'x' }, { key: 'a' }] },
    ['scope.0.value', 'scope.1.key', 'scope.2.value'],
  ],
  [
    'scope rows of the protocol',
    {
      scope: [
        { key: 'state', value: 'x' },
        { key: 'client_id', value: 'x' },
      ],
    },
    ['scope.0.key', 'scope.1.key'],
  ],
  [
    'a scope key twice',
    {
      scope: [
        { key: 'prompt', value: 'x' },
        { key: 'prompt', value: 'y' },
      ],
    },
    ['scope.1.key'],
  ],
  ['description too long', { description: 'a'.repeat(2001) }, ['description']],
  ['identityCheck unknown', { identityCheck: 'none' }, ['identityCheck']],
  ['identityCheck return without return URLs', { identityCheck: 'return' }, ['advanced.returnUrls']],
  ['advanced no object', { advanced: [] }, ['advanced']],
  ['pkce plain', { advanced: { pkce: 'plain' } }, ['advanced.pkce']],
  [
    'clientAuthentication',
    { advanced: { clientAuthentication: { method: 'mtls', x: 1 } } },
    ['advanced.clientAuthentication.method', 'advanced.clientAuthentication.x'],
  ],
  ['revocationUrl', { advanced: { revocationUrl: 'https://127.0.0.1/r' } }, ['advanced.revocationUrl']],
  [
    'discoveryUrl',
    { advanced: { discoveryUrl: 'http://idp.example.com/.well-known/openid-configuration' } },
    ['advanced.discoveryUrl'],
  ],
  [
    'returnUrls',
    { advanced: { returnUrls: ['https://ok.example.com/', 'http://not-ok.example.com/', 5] } },
    ['advanced.returnUrls.2'],
  ],
  [
    'returnUrls by http',
    { advanced: { returnUrls: ['https://ok.example.com/', 'http://not-ok.example.com/'] } },
    ['advanced.returnUrls.1'],
  ],
  [
    '21 returnUrls',
    { advanced: { returnUrls: Array.from({ length: 21 }, () => 'https://ok.example.com/') } },
    ['advanced.returnUrls'],
  ],
  [
    'unknown members',
    { color: 'red', callbackUrl: 'https://x', status: 'active', advanced: { colour: 1 } },
    ['advanced.colour', 'color', 'callbackUrl', 'status'],
  ],
];

const later = ['useConnector'];
// biome-ignore format: every member that later versions carry out, a group a line
const laterAdvanced = [
  'grantType', 'scopeSeparator', 'tokenRequestFormat', 'tokenParameters', 'refreshParameters', 'tokenHeaders', 'parameterNames', 'omitParameters',
  'urlOptions', 'responseType', 'codeParameter', 'callbackHmac', 'captureFromCallback', 'captureFromTokenResponse', 'lookupAfterAuthorization',
  'responsePaths', 'introspectionUrl', 'errorWhen', 'refreshStyle', 'followUpExchange',
];

describe('a profile’s fields', () => {
  it.each(wrong)('are named when wrong: %s', async (_name, more, expected) => {
    const answer = await create(more);
    expect([answer.status, answer.body.code]).toEqual([422, 'http.invalid-input']);
    expect([...new Set(answer.body.errors.map(({ path }: { path: string }) => path))].sort()).toEqual([...expected].sort());
  });

  it('are all named at once', async () => {
    const more = {
      name: 5,
      clientId: '',
      tokenUrl: 'x',
      scope: [{ value: 1 }],
      identityCheck: 'x',
      advanced: { pkce: 1 },
      extra: 1,
    };
    const { body } = await create(more);
    const expected = ['name', 'clientId', 'tokenUrl', 'scope.0.value', 'identityCheck', 'advanced.pkce', 'extra'];
    expect([...new Set(body.errors.map(({ path }: { path: string }) => path))].sort()).toEqual(expected.sort());
  });

  it('at their limits are taken', async () => {
    // biome-ignore format: one line a kind
    const more = {
      name: 'n'.repeat(100), identityProvider: 'i'.repeat(100), clientId: 'c'.repeat(255), clientSecret: 's'.repeat(255), nextClientSecret: 'n'.repeat(255),
      authorizationUrl: url(3000), tokenUrl: url(3000), refreshUrl: url(3000), description: 'd'.repeat(2000),
      scope: Array.from({ length: 10 }, (_, index) => ({ key: `k${index}`.padEnd(100, 'k'), value: 'v'.repeat(2000) })),
      advanced: { returnUrls: Array.from({ length: 3 }, () => url(3000)) },
    };
    expect((await create(more)).status).toBe(201);
  });

  it.each([...later.map((member) => [member, { [member]: null }]), ...later.map((member) => [member, { [member]: 'x' }])] as [
    string,
    object,
  ][])('that come later are refused by name: %s as in %j', async (member, more) => {
    const { status, body } = await create(more as Record<string, unknown>);
    expect([status, body.errors]).toEqual([422, [{ path: member, code: 'not_supported', message: 'not supported yet' }]]);
  });

  it.each(laterAdvanced)('that come later are refused by name: advanced.%s', async (member) => {
    const { status, body } = await create({ advanced: { [member]: 'x' } });
    expect([status, body.errors]).toEqual([
      422,
      [{ path: `advanced.${member}`, code: 'not_supported', message: 'not supported yet' }],
    ]);
    const profile = await api.givenProfile(assistantId);
    const patched = await api.call('PATCH', `/v1/profiles/${profile.id}`, {
      body: { advanced: { [member]: 1 } },
      headers: { 'if-match': '"1"' },
    });
    expect([patched.status, patched.body.errors[0].code]).toEqual([422, 'not_supported']);
  });

  it('need an assistant that exists, and an id that nobody has', async () => {
    const gone = await api.call('POST', `/v1/assistants/${randomUUID()}/profiles`, { body: newProfile() });
    expect([gone.status, gone.body.code]).toEqual([404, 'assistants.not-found']);
    const id = randomUUID();
    expect((await create({ id: id.toUpperCase() })).body).toMatchObject({
      id,
      callbackUrl: `http://localhost:4000/callback/${id}`,
    });
    const elsewhere = await api.call('POST', `/v1/assistants/${await api.givenAssistant()}/profiles`, {
      body: { ...newProfile(), id },
    });
    const here = await create({ id });
    expect([here.status, here.body.code]).toEqual([409, 'profiles.id-taken']);
    expect(elsewhere.body).toEqual(here.body);
  });
});
