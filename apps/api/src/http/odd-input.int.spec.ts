import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newProfile, publicUrl, RunningApi } from '../../test-fixtures/running-api.js';

const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');
const nul = '\u0000';

describe('input that PostgreSQL, JSON or a header could not carry', () => {
  let api: RunningApi;
  let assistant: string;
  let profile: string;
  beforeAll(async () => {
    api = await RunningApi.start();
    assistant = await api.givenAssistant();
    profile = (await api.givenProfile(assistant)).id;
  });
  afterAll(() => api.stop());

  it.each<[string, (ids: { assistant: string; profile: string }) => string, unknown]>([
    ['a name with NUL', () => '/v1/assistants', { name: `a${nul}` }],
    ['an address with NUL', () => '/v1/operators', { name: `a${nul}` }],
    [
      'an instant that no calendar has',
      (ids) => `/v1/assistants/${ids.assistant}/runtime-keys`,
      { at: '9999-99-99 99:99:99+99', id: randomUUID() },
    ],
    ['a revision beyond every number', (ids) => `/v1/profiles/${ids.profile}/revisions`, { number: 2 ** 40 }],
    ['an entry beyond every number', () => '/v1/audit', { number: 1e300 }],
  ])('refuses a cursor with %s', async (_what, path, place) => {
    const answer = await api.call('GET', `${path({ assistant, profile })}?cursor=${cursorOf(place)}`);
    expect([answer.status, answer.body.errors?.[0].path]).toEqual([422, 'cursor']);
  });

  it('refuses a subject with NUL in the audit’s filter', async () => {
    const answer = await api.call('GET', '/v1/audit?subject=%00');
    expect([answer.status, answer.body.errors?.[0].path]).toEqual([422, 'subject']);
  });

  it.each(['email', 'password'])('refuses a sign-in whose %s holds NUL', async (field) => {
    const body = { email: 'a@example.com', password: 'a long pass phrase', [field]: `a${nul}b` };
    const answer = await api.call('POST', '/v1/session', { body, token: null });
    expect([answer.status, answer.body.errors?.[0].path]).toEqual([422, field]);
  });

  it.each([
    ['NUL', 'https://id.example.com/a\u0000b'],
    ['a control character', 'https://id.example.com/a\u0001b'],
    ['broken Unicode', 'https://id.example.com/a\ud800b'],
    ['characters that a Location header cannot carry', 'https://id.example.com/中'],
  ])('refuses URLs with %s, each by its name', async (_what, url) => {
    const body = {
      ...newProfile(),
      authorizationUrl: url,
      tokenUrl: url,
      refreshUrl: url,
      advanced: { revocationUrl: url, returnUrls: [url] },
    };
    const answer = await api.call('POST', `/v1/assistants/${assistant}/profiles`, { body });
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'advanced.returnUrls.0',
      'advanced.revocationUrl',
      'authorizationUrl',
      'refreshUrl',
      'tokenUrl',
    ]);
  });

  it.each<Record<string, string>>([{}, { 'idempotency-key': 'deep' }])(
    'refuses a body that is nested 30 000 deep (%o)',
    async (headers) => {
      const payload = `{"name":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
      const answer = await api.call('POST', '/v1/assistants', { payload, headers });
      expect([answer.status, answer.body.code]).toEqual([422, 'http.invalid-input']);
    },
  );

  it.each([
    'Application/x-www-form-urlencoded',
    'application/X-WWW-form-urlencoded;charset=utf-8',
    'text/plain;application/json',
    '',
  ])('takes no form for JSON, however its media type is spelled: %s', async (contentType) => {
    const payload = `email=admin%40localhost&password=${encodeURIComponent('correct horse battery')}`;
    const answer = await api.call('POST', '/v1/session', { payload, headers: { 'content-type': contentType }, token: null });
    expect([answer.status, answer.headers['set-cookie']]).toEqual([415, undefined]);
  });

  it('lets no other site sign a browser in', async () => {
    const body = { email: 'admin@localhost', password: 'correct horse battery' };
    const from = (origin: string) => api.call('POST', '/v1/session', { body, headers: { origin }, token: null });
    for (const origin of ['https://evil.example', 'null']) {
      const answer = await from(origin);
      expect([answer.status, answer.body.code, answer.headers['set-cookie']]).toEqual([403, 'http.foreign-origin', undefined]);
    }
    expect((await from(publicUrl)).status).toBe(200);
  });

  it('answers a body of nothing but wrong members with a list that ends', async () => {
    const payload = `{${Array.from({ length: 5_000 }, (_, n) => `"${n}":0`).join(',')}}`;
    const answer = await api.call('POST', `/v1/assistants/${assistant}/profiles`, { payload });
    expect([answer.status, answer.body.errors.length]).toEqual([422, 200]);
  });

  it('answers a link with a page, however long it has become', async () => {
    const { status, headers } = await api.call('GET', `/sign-in/${'a'.repeat(5_000)}`, { token: null });
    expect([status, headers['content-type']]).toEqual([404, 'text/html; charset=utf-8']);
  });

  it('lets nothing be cached or guessed of an address that cannot be read', async () => {
    const { status, headers } = await api.call('GET', '/callback/%ff', { token: null });
    expect(status).toBe(404);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it('gives up on a request that does not arrive', () => {
    const { requestTimeout, headersTimeout } = api.app.getHttpServer() as { requestTimeout: number; headersTimeout: number };
    expect([requestTimeout, headersTimeout].every((ms) => ms > 0 && ms <= 60_000)).toBe(true);
  });
});
