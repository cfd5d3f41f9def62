import { routes } from '@grantkeeper/contracts/routes';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningApi } from '../../test-fixtures/running-api.js';

describe('what stands before every route', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await RunningApi.start();
  });
  afterAll(() => api.stop());

  it('serves every route of the contract, and none under /v1 that the contract does not know', () => {
    const served = new Set<string>();
    for (const { method, path } of routes) {
      if (api.app.getHttpAdapter().getInstance().hasRoute({ method, url: path })) served.add(`${method} ${path}`);
    }
    expect([...served].sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());

    const lines: string[] = api.app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false }).split('\n');
    const all = lines.flatMap((line) => /(?:├──|└──) (\/\S*) \(([A-Z, ]+)\)/.exec(line)?.slice(1, 3).join(' ') ?? []);
    const known = new Set([...routes.map(({ path }) => path), '/v1/openapi.json']);
    expect(all.filter((route) => route.startsWith('/v1/')).filter((route) => !known.has(route.split(' ', 1)[0] ?? ''))).toEqual(
      [],
    );
  });

  it('answers malformed JSON with 400, whoever asks', async () => {
    const answer = await api.call('POST', '/v1/assistants', { payload: '{"name":', token: null });
    expect([answer.status, answer.body.code]).toEqual([400, 'http.malformed-json']);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  });

  it('refuses members that would reach an object’s prototype', async () => {
    const answer = await api.call('POST', '/v1/assistants', { payload: '{"name":"x","__proto__":{"admin":true}}' });
    expect(answer.status).toBe(400);
  });

  it('answers a body over 64 KiB with 413, and one of exactly 64 KiB by its content', async () => {
    const bodyOf = (bytes: number) => `{"name":"${'a'.repeat(bytes - 11)}"}`;
    const over = await api.call('POST', '/v1/assistants', { payload: bodyOf(65_537) });
    expect([over.status, over.body.code]).toEqual([413, 'http.body-too-large']);
    expect((await api.call('POST', '/v1/assistants', { payload: bodyOf(65_536) })).status).toBe(422);
  });

  it.each(['application/x-www-form-urlencoded', 'text/plain', 'application/xml', 'multipart/form-data; boundary=x'])(
    'answers a body of %s on a JSON route with 415',
    async (contentType) => {
      const answer = await api.call('POST', '/v1/assistants', { payload: 'name=x', headers: { 'content-type': contentType } });
      expect([answer.status, answer.body.code]).toEqual([415, 'http.unsupported-media-type']);
    },
  );

  it('answers an unknown address with 404 and a known one with another method with 405 that names the right ones', async () => {
    const unknown = await api.call('GET', '/v1/nothing-here');
    expect([unknown.status, unknown.body.code]).toEqual([404, 'http.not-found']);
    const wrong = await api.call('PUT', '/v1/session');
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'POST, GET, DELETE']);
    expect((await api.call('GET', '/v1/%ff')).status).toBe(404);
  });

  it('names every unknown member of a query, also where a route takes none', async () => {
    const answer = await api.call('GET', '/v1/assistants?limt=5&foo=1');
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(['limt', 'foo']);
    const none = await api.call('POST', '/v1/assistants?dry=1', { body: { name: 'x' } });
    expect(none.body.errors).toEqual([{ path: 'dry', code: 'unknown_member', message: 'unknown member' }]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'cursor=nonsense', 'cursor=eyJuYW1lIjo1fQ'])(
    'refuses %s in a list',
    async (query) => {
      const answer = await api.call('GET', `/v1/assistants?${query}`);
      expect([answer.status, answer.body.errors[0].path]).toEqual([422, query.split('=', 1)[0]]);
    },
  );

  it('gives back a well-formed correlation id and replaces any other', async () => {
    const headersFor = async (id: string) =>
      (await api.call('GET', '/health/live', { headers: { 'x-correlation-id': id } })).headers['x-correlation-id'];
    expect(await headersFor('trace_1-A')).toBe('trace_1-A');
    expect(await headersFor('a'.repeat(65))).toMatch(/^[0-9a-f-]{36}$/);
    expect(await headersFor('a b')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('lets nothing be cached or guessed', async () => {
    const { headers } = await api.call('GET', '/v1/assistants');
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(headers).not.toHaveProperty('x-powered-by');
  });

  it('says what it is ready for', async () => {
    expect((await api.call('GET', '/health/live', { token: null })).body).toEqual({ status: 'live' });
    const ready = await api.call('GET', '/health/ready', { token: null });
    expect([ready.status, ready.body]).toEqual([200, { status: 'ready', degraded: ['workers'] }]); // this API runs alone
  });

  it('shows the contract to machines and to people, without any script', async () => {
    const document = await api.call('GET', '/v1/openapi.json', { token: null });
    expect(document.body.openapi).toBe('3.1.0');
    const page = await api.call('GET', '/docs', { token: null });
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(page.text).not.toMatch(/<script|\son[a-z]+=|\sstyle=/);
    for (const { path } of routes) expect(page.text).toContain(`<code>${path}</code>`);
  });
});
