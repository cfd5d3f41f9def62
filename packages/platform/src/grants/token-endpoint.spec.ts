import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { classifyRefresh } from '@grantkeeper/core/grants/answer-class';
import { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { OutboundPolicy } from '@grantkeeper/outbound/outbound-policy';
import type { ScriptedAnswer } from '@grantkeeper/tests/support/scripted-provider/scripted-answer';
import { type ScriptedProvider, startScriptedProvider } from '@grantkeeper/tests/support/scripted-provider/scripted-provider';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { firstByteDeadline, HttpTokenEndpoint, isNotSent } from './token-endpoint.js';
import { refreshRequest } from './token-request.js';

const canary = 'canary-k3y';
const name = { kind: 'refresh', id: 'grant-1' } as const;
let provider: ScriptedProvider;
let refreshToken: string;
const endpoint = new HttpTokenEndpoint(new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), { totalMs: 400, bodyBytes: 4096 }));

beforeEach(async () => {
  provider = await startScriptedProvider({ mode: 'strict', canary });
  const consent = { subject: 's', email: 'e', scope: 'a', redirectUri: 'r', codeChallenge: null, nonce: null };
  const issued = provider.families.redeem(provider.families.begin(consent), 'r', undefined);
  if (issued === 'invalid_grant') throw new Error('the provider refused its own code');
  refreshToken = issued.refreshToken;
});
afterEach(() => provider.stop());

async function ask(answer?: ScriptedAnswer) {
  if (answer !== undefined) provider.answerNextToken(answer);
  const { clientId, clientSecret } = provider;
  const authentication = { method: 'client_secret_basic', basicEncoding: 'form' } as const;
  const connection = await endpoint.connect(provider.tokenUrl);
  if (isNotSent(connection)) return connection;
  return endpoint.send(
    connection,
    refreshRequest({ clientId, clientSecret, authentication }, refreshToken),
    firstByteDeadline(),
    name,
  );
}

describe('what a token endpoint answered', () => {
  it.each<[string, ScriptedAnswer | undefined]>([
    ['the good answer', undefined],
    ['a form-encoded answer', 'form-encoded'],
    ['JSON under another content type', 'wrong-content-type'],
    ['a token type in any case', 'token-type-case'],
    ['no lifetime', 'no-expires-in'],
    ['a lifetime as text', { amend: { expires_in: '3600' } }],
    ['an ID token that is none', { amend: { id_token: 'not a token' } }],
    ['members of any kind', { amend: { authorization_details: 'x', c_nonce: 5, scope: ['a', 'b'] } }],
  ])('reads tokens from %s', async (_what, answer) => {
    const verdict = classifyRefresh(await ask(answer));
    expect(verdict).toMatchObject({ kind: 'tokens', tokens: { tokenType: 'Bearer' } });
    expect(verdict.kind === 'tokens' && provider.isAccessTokenAlive(verdict.tokens.accessToken)).toBe(true);
  });

  it.each<[string, ScriptedAnswer, object]>([
    ['invalid_grant', { status: 400, body: { error: 'invalid_grant' } }, { kind: 'refused' }],
    ['an error that calls itself a success', 'error-200', { kind: 'refused' }],
    ['invalid_client', { status: 401, body: { error: 'invalid_client' } }, { kind: 'configuration' }],
    ['a redirect', 'redirect-307', { kind: 'configuration', failure: 'http_307' }],
    ['503 with Retry-After', 503, { kind: 'transient', failure: 'http_503', retryAfterSeconds: 1 }],
    ['429', 429, { kind: 'transient', failure: 'http_429' }],
    ['500 under a body too large to read', { status: 500, body: 'x'.repeat(8192) }, { kind: 'transient', failure: 'http_500' }],
    [
      '400 under a body too large to read',
      { status: 400, body: 'x'.repeat(8192) },
      { kind: 'unknown', failure: 'unreadable_too_large' },
    ],
    ['a sign-in page', 'html-200', { kind: 'unknown' }],
    ['64 MiB', 'huge', { kind: 'unknown', failure: 'unreadable_too_large' }],
    ['a gzip bomb', 'gzip-bomb', { kind: 'unknown' }],
    ['endless headers', 'huge-headers', { kind: 'unknown', failure: 'unreadable_headers_too_large' }],
    ['silence', 'hang', { kind: 'unknown', failure: 'timeout' }],
    ['a byte a second', 'trickle', { kind: 'unknown', failure: 'timeout' }],
    ['half an answer', 'half-answer', { kind: 'unknown', failure: 'reset' }],
    ['a reset', 'reset-before-answer', { kind: 'unknown', failure: 'reset' }],
    ['tokens that are no bearer tokens', { amend: { token_type: 'mac' } }, { kind: 'configuration' }],
  ])('classes %s', async (_what, answer, expected) => {
    const outcome = await ask(answer);
    expect(classifyRefresh(outcome)).toMatchObject(expected);
    expect(JSON.stringify(outcome)).not.toContain(canary);
  });

  it('is "not sent" when the provider cannot be reached', async () => {
    await provider.goDown();
    expect(await ask()).toEqual({ kind: 'not-sent', reason: 'connect' });
  });

  it('is "not sent" when the first byte would leave too late', async () => {
    const connection = await endpoint.connect(provider.tokenUrl);
    if (isNotSent(connection)) throw new Error('could not connect');
    const request = { method: 'POST', headers: {}, body: 'refresh_token=x' } as const;
    const late = { firstByteBy: performance.now() - 1, firstByteByWall: Number.POSITIVE_INFINITY };
    expect(await endpoint.send(connection, request, late, name)).toEqual({ kind: 'not-sent', reason: 'late' });
    expect(provider.tokenRequests()).toEqual([]);
  });

  it('tells its steps: the request has left, then the answer is there', async () => {
    const steps: unknown[] = [];
    const note = (step: unknown) => steps.push(step);
    subscribe('grantkeeper:step', note);
    try {
      await ask();
    } finally {
      unsubscribe('grantkeeper:step', note);
    }
    expect(steps).toEqual([
      { step: 'refresh.after-first-byte', id: name.id },
      { step: 'refresh.after-answer', id: name.id },
    ]);
  });
});
