import { describe, expect, it } from '@jest/globals';
import {
  classifyExchange,
  classifyRefresh,
  isConfigurationFailure,
  isProfileFault,
  lastFailureOf,
  retryAfterSeconds,
  type SendOutcome,
} from './answer-class.js';
import { normaliseTokenAnswer } from './token-answer.js';

const answer = (status: number, body: unknown, retryAfter?: number): SendOutcome => ({
  kind: 'answer',
  status,
  answer: normaliseTokenAnswer(status, {}, typeof body === 'string' ? body : JSON.stringify(body)),
  ...(retryAfter === undefined ? {} : { retryAfterSeconds: retryAfter }),
});
const html = '<html><body>Sorry</body></html>';

/** One row per kind of answer: what it means for a refresh, and for an exchange. */
const table: [string, SendOutcome, string, string][] = [
  ['invalid_grant', answer(400, { error: 'invalid_grant' }), 'refused invalid_grant', 'code_refused invalid_grant'],
  ['invalid_grant with 401', answer(401, { error: 'invalid_grant' }), 'refused invalid_grant', 'code_refused invalid_grant'],
  ['invalid_grant with 200', answer(200, { error: 'invalid_grant' }), 'refused invalid_grant', 'code_refused invalid_grant'],
  [
    'a vendor’s word for it',
    answer(200, { ok: false, error: 'invalid_refresh_token' }),
    'refused invalid_grant',
    'code_refused invalid_refresh_token',
  ],
  [
    'a person must sign in again',
    answer(400, { error: 'interaction_required' }),
    'refused invalid_grant',
    'code_refused interaction_required',
  ],
  ['invalid_client', answer(401, { error: 'invalid_client' }), 'configuration invalid_client', 'client_refused invalid_client'],
  [
    'invalid_client with 400',
    answer(400, { error: 'invalid_client' }),
    'configuration invalid_client',
    'client_refused invalid_client',
  ],
  [
    'unauthorized_client',
    answer(400, { error: 'unauthorized_client' }),
    'configuration unauthorized_client',
    'client_refused unauthorized_client',
  ],
  [
    'a vendor’s wrong secret',
    answer(200, 'error=incorrect_client_credentials'),
    'configuration incorrect_client_credentials',
    'client_refused incorrect_client_credentials',
  ],
  [
    'unsupported_grant_type',
    answer(400, { error: 'unsupported_grant_type' }),
    'configuration unsupported_grant_type',
    'provider_refused unsupported_grant_type',
  ],
  ['invalid_scope', answer(400, { error: 'invalid_scope' }), 'configuration invalid_scope', 'provider_refused invalid_scope'],
  ['400 without a word', answer(400, ''), 'refused invalid_grant', 'provider_refused http_400'],
  ['401 without a word', answer(401, html), 'refused invalid_grant', 'client_refused http_401'],
  ['403 without a word', answer(403, '{}'), 'refused invalid_grant', 'provider_refused http_403'],
  ['400 with an unknown word', answer(400, { error: 'nope' }), 'refused invalid_grant', 'provider_refused http_400'],
  ['200 with an unknown word', answer(200, { ok: false, error: 'nope' }), 'transient http_200', 'provider_refused http_200'],
  ['404', answer(404, html), 'configuration http_404', 'provider_refused http_404'],
  ['415', answer(415, ''), 'configuration http_415', 'provider_refused http_415'],
  ['a redirect', answer(302, ''), 'configuration http_302', 'provider_error http_302'],
  [
    'a redirect that says invalid_grant',
    answer(307, { error: 'invalid_grant' }),
    'configuration http_307',
    'provider_error http_307',
  ],
  ['429', answer(429, ''), 'transient http_429', 'provider_error http_429'],
  ['429 that says invalid_grant', answer(429, { error: 'invalid_grant' }), 'transient http_429', 'provider_error http_429'],
  ['500', answer(500, html), 'transient http_500', 'provider_error http_500'],
  ['500 that says invalid_grant', answer(500, { error: 'invalid_grant' }), 'transient http_500', 'provider_error http_500'],
  ['502', answer(502, ''), 'transient http_502', 'provider_error http_502'],
  ['503', answer(503, { error: 'invalid_client' }), 'transient http_503', 'provider_error http_503'],
  ['server_error', answer(400, { error: 'server_error' }), 'transient server_error', 'provider_error server_error'],
  [
    'temporarily_unavailable',
    answer(400, { error: 'temporarily_unavailable' }),
    'transient temporarily_unavailable',
    'provider_error temporarily_unavailable',
  ],
  [
    'a token of another kind',
    answer(200, { access_token: 'at', token_type: 'mac' }),
    'configuration unsupported_token_type',
    'unreadable_answer unsupported_token_type',
  ],
  ['200 with HTML', answer(200, html), 'unknown unreadable_not_json', 'unknown unreadable_not_json'],
  ['200 with nothing', answer(200, ''), 'unknown unreadable_empty', 'unknown unreadable_empty'],
  ['200 without a token', answer(200, {}), 'unknown unreadable_no_access_token', 'unknown unreadable_no_access_token'],
  ['a name of a prototype', answer(400, { error: 'constructor' }), 'refused invalid_grant', 'provider_refused http_400'],
  ['no connection', { kind: 'not-sent', reason: 'connect' }, 'not-sent connect', 'not-sent connect'],
  ['a wrong certificate', { kind: 'not-sent', reason: 'tls' }, 'not-sent tls', 'not-sent tls'],
  ['time over', { kind: 'no-answer', reason: 'timeout' }, 'unknown timeout', 'unknown timeout'],
  ['connection lost', { kind: 'no-answer', reason: 'reset' }, 'unknown reset', 'unknown reset'],
];

describe('what the end of a token request means', () => {
  it.each(table)('for a refresh: %s', (_what, outcome, verdict) => {
    const { kind, ...rest } = classifyRefresh(outcome);
    expect(`${kind} ${'failure' in rest ? rest.failure : ''}`).toBe(verdict);
  });

  it.each(table)('for an exchange: %s', (_what, outcome, _refresh, verdict) => {
    const classified = classifyExchange(outcome);
    const told =
      classified.kind === 'failed'
        ? `${classified.reason} ${classified.detail}`
        : `${classified.kind} ${'failure' in classified ? classified.failure : ''}`;
    expect(told).toBe(verdict);
  });

  it('tokens are tokens', () => {
    const outcome = answer(200, { access_token: 'at', refresh_token: 'rt' });
    const tokens = expect.objectContaining({ accessToken: 'at', refreshToken: 'rt' });
    expect(classifyRefresh(outcome)).toEqual({ kind: 'tokens', tokens });
    expect(classifyExchange(outcome)).toEqual({ kind: 'tokens', tokens });
  });

  it('a passing trouble tells when to come back', () =>
    expect(classifyRefresh(answer(429, '', 17))).toEqual({ kind: 'transient', failure: 'http_429', retryAfterSeconds: 17 }));

  it.each([
    ['dns', false],
    ['connect', false],
    ['late', false],
    ['closed', false],
    ['tls', true],
    ['refused_address', true],
    ['refused_scheme', true],
    ['bad_url', true],
  ])('not sent for %s: lasting is %s', (reason, lasting) => {
    expect(classifyRefresh({ kind: 'not-sent', reason })).toEqual({ kind: 'not-sent', failure: reason, lasting });
    expect(classifyExchange({ kind: 'not-sent', reason })).toEqual({ kind: 'not-sent', failure: reason, lasting });
  });

  it.each<[string, SendOutcome, string, boolean]>([
    ['a client that is refused', answer(401, { error: 'invalid_client' }), 'configuration:invalid_client', true],
    ['a redirect', answer(302, ''), 'configuration:http_302', true],
    ['TLS that cannot be had', { kind: 'not-sent', reason: 'tls' }, 'configuration:tls', true],
    ['a host that is away', { kind: 'not-sent', reason: 'connect' }, 'connect', false],
    ['a server’s error', answer(500, ''), 'http_500', false],
    ['silence', { kind: 'no-answer', reason: 'timeout' }, 'timeout', false],
  ])('is told to be the profile’s fault only where it is: %s', (_what, outcome, failure, isProfiles) => {
    const verdict = classifyRefresh(outcome);
    if (verdict.kind === 'tokens') throw new Error('expected a failure');
    expect(lastFailureOf(verdict)).toBe(failure);
    expect(isConfigurationFailure(lastFailureOf(verdict))).toBe(isProfiles);
    expect(isConfigurationFailure(null)).toBe(false);
  });

  it('nothing that a provider wrote is recorded, as it could repeat a secret', () => {
    for (const status of [200, 302, 400, 401, 403, 404, 429, 500]) {
      const outcome = answer(status, { error: 'canary-secret', error_description: 'canary-secret' });
      expect(JSON.stringify([classifyRefresh(outcome), classifyExchange(outcome)])).not.toContain('canary');
    }
  });
});

describe('Retry-After', () => {
  const now = Date.UTC(1994, 10, 6, 8, 49, 7);
  it.each<[string | undefined, number | undefined]>([
    ['120', 120],
    [' 0 ', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 30],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 30],
    ['Sun Nov  6 08:49:37 1994', 30],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
    [undefined, undefined],
    ['', undefined],
    ['-5', undefined],
    ['1.5', undefined],
    ['soon', undefined],
    ['1994-11-06T08:49:37Z', undefined],
    ['Sun, 99 Nov 1994', undefined],
    ['99999999999', undefined],
  ])('%j means %s', (header, seconds) => expect(retryAfterSeconds(header, now)).toBe(seconds));
});

describe('a refusal', () => {
  it.each<[number, string, boolean]>([
    [400, 'invalid_grant', true],
    [200, 'invalid_grant', true],
    [400, '', false],
    [401, '', false],
    [403, 'who_knows', false],
  ])('%d “%s” is readable: %s', (status, error, readable) => {
    const verdict = classifyRefresh({ kind: 'answer', status, answer: { kind: 'error', status, error } });
    expect(verdict).toEqual({ kind: 'refused', failure: 'invalid_grant', readable });
  });
});

describe('a lasting failure', () => {
  it.each(['invalid_client', 'unauthorized_client', 'http_404', 'http_415', 'tls', 'refused_address'])(
    '%s is the whole profile’s',
    (failure) => expect(isProfileFault(failure)).toBe(true),
  );
  it.each(['invalid_scope', 'invalid_request', 'invalid_grant', 'http_422', 'unsupported_token_type', 'toString'])(
    '%s may be one grant’s own',
    (failure) => expect(isProfileFault(failure)).toBe(false),
  );
});
