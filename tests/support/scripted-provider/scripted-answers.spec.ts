import { get as httpGet, type IncomingHttpHeaders, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AnswerKind } from './scripted-answer.js';
import { type ScriptedProvider, startScriptedProvider } from './scripted-provider.js';

let provider: ScriptedProvider;
let code: string;

beforeEach(async () => {
  provider = await startScriptedProvider({ mode: 'strict' });
  code = freshCode();
});
afterEach(() => provider.stop());

function freshCode(): string {
  const query = new URLSearchParams({ response_type: 'code', client_id: provider.clientId, redirect_uri: 'http://127.0.0.1/cb' });
  return new URL(provider.approve(`${provider.authorizationUrl}?${query}`)).searchParams.get('code') ?? '';
}

interface Seen {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A bare HTTP call: no redirects, no decoding, cut off after `giveUpMs`. */
function exchange(giveUpMs = 5_000): Promise<Seen> {
  const { clientId, clientSecret } = provider;
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    code,
    redirect_uri: 'http://127.0.0.1/cb',
    client_id: clientId,
    client_secret: clientSecret,
  });
  return new Promise((resolve, reject) => {
    const call = request(provider.tokenUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      signal: AbortSignal.timeout(giveUpMs),
    });
    call.on('error', reject);
    call.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    call.end(body.toString());
  });
}

function json(seen: Seen): Record<string, unknown> {
  return JSON.parse(seen.body.toString('utf8')) as Record<string, unknown>;
}

describe('answers that never come whole', () => {
  it.each<[AnswerKind, RegExp]>([
    ['hang', /abort/i],
    ['reset-before-answer', /ECONNRESET|socket hang up/],
    ['half-answer', /aborted|ECONNRESET/],
    ['trickle', /abort/i],
    ['slow-headers', /abort/i],
  ])('%s: the client is left without an answer, the code is spent, and nothing counts as answered', async (kind, error) => {
    provider.answerNextToken(kind);
    await expect(exchange(700)).rejects.toThrow(error);
    expect(provider.tokenRequests({ code })).toMatchObject([{ answered: null }]);
    expect(provider.issuedRefreshTokens).toHaveLength(1);
    expect(json(await exchange())).toMatchObject({ error: 'invalid_grant' });
  });

  it('can be told to lose the request before the code was spent', async () => {
    provider.answerNextToken({ kind: 'reset-before-answer', processed: false });
    await expect(exchange()).rejects.toThrow();
    expect((await exchange()).status).toBe(200);
  });
});

describe('answers beyond every cap', () => {
  it.each<[AnswerKind, (body: Buffer) => Buffer]>([
    ['huge', (body) => body],
    ['gzip-bomb', gunzipSync],
  ])(
    '%s: 64 MiB that end in a token which a careless reader would take',
    async (kind, decode) => {
      provider.answerNextToken(kind);
      const { body } = await exchange(30_000);
      const text = decode(body);
      expect(text.length).toBeGreaterThan(64 * 1024 * 1024);
      expect(JSON.parse(text.toString('latin1'))).toHaveProperty('access_token');
    },
    60_000,
  );

  it('huge-headers: more than a client of ours reads', async () => {
    provider.answerNextToken('huge-headers');
    await expect(exchange()).rejects.toThrow(/overflow/i);
  });
});

describe('answers that deviate', () => {
  it('html-200, error-200, empty-400: refusals in disguise that spend nothing', async () => {
    for (const kind of ['html-200', 'error-200', 'empty-400'] as const) provider.answerNextToken(kind);
    const [page, github, empty] = [await exchange(), await exchange(), await exchange()];
    expect([page.status, page.headers['content-type'], github.status, json(github).error]).toEqual([
      200,
      'text/html',
      200,
      'bad_verification_code',
    ]);
    expect([empty.status, empty.body.length]).toEqual([400, 0]);
    expect((await exchange()).status).toBe(200);
  });

  it('form-encoded, wrong-content-type, no-expires-in, token-type-case: good tokens in odd dress', async () => {
    const dressed: Record<string, Seen> = {};
    for (const kind of ['form-encoded', 'wrong-content-type', 'no-expires-in', 'token-type-case'] as const) {
      provider.answerNextToken(kind);
      dressed[kind] = await exchange();
      code = freshCode();
    }
    expect(new URLSearchParams(dressed['form-encoded']?.body.toString()).get('access_token')).toMatch(/-at-/);
    expect(dressed['wrong-content-type']?.headers['content-type']).toMatch(/html/);
    expect(json(dressed['wrong-content-type'] as Seen)).toHaveProperty('access_token');
    expect(json(dressed['no-expires-in'] as Seen)).not.toHaveProperty('expires_in');
    expect(json(dressed['token-type-case'] as Seen)).toMatchObject({ token_type: 'bEaReR' });
  });

  it.each([302, 303, 307, 308] as const)('redirect-%i: points at a path whose log shows who followed', async (status) => {
    provider.answerNextToken(`redirect-${status}`);
    const seen = await exchange();
    expect([seen.status, seen.headers.location]).toEqual([status, '/redirected']);
    await new Promise((done) => httpGet(`${provider.origin}/redirected`, (response) => response.resume().on('end', done)));
    expect(provider.requests.filter(({ path }) => path === '/redirected')).toHaveLength(1);
  });

  it('statuses, whole answers and amendments are taken as told, in order, then it behaves again', async () => {
    provider.answerNextToken(503);
    provider.answerNextToken({
      status: 429,
      headers: { 'retry-after': 'Fri, 31 Dec 2049 23:59:59 GMT' },
      body: { error: 'slow_down' },
    });
    provider.answerNextToken({ amend: { expires_in: '3600', token_type: undefined } });
    expect([(await exchange()).status, (await exchange()).headers['retry-after']]).toEqual([
      503,
      'Fri, 31 Dec 2049 23:59:59 GMT',
    ]);
    const amended = json(await exchange());
    expect(amended).toMatchObject({ expires_in: '3600' });
    expect(amended).not.toHaveProperty('token_type');
    expect((await exchange()).status).toBe(400);
    expect(provider.tokenRequests().map(({ answered }) => answered?.status)).toEqual([503, 429, 200, 400]);
  });

  it('a script for refreshes lets exchanges pass', async () => {
    provider.answerNextToken(500, 1, 'refresh_token');
    expect((await exchange()).status).toBe(200);
  });

  it('latency holds the answer back, not the processing', async () => {
    provider.latency(400);
    const started = performance.now();
    const slow = exchange();
    while (provider.issuedRefreshTokens.length === 0) await new Promise(setImmediate);
    expect(performance.now() - started).toBeLessThan(400);
    expect(provider.tokenRequests()).toMatchObject([{ answered: null }]);
    expect((await slow).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThanOrEqual(399);
  });
});
