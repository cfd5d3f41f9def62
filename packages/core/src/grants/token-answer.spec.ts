import { describe, expect, it } from '@jest/globals';
import { normaliseTokenAnswer, readTokens, type TokenSet } from './token-answer.js';

const json = { 'content-type': 'application/json' };
const normalise = (body: unknown, status = 200, headers: Record<string, string> = json) =>
  normaliseTokenAnswer(status, headers, typeof body === 'string' ? body : JSON.stringify(body));
const tokens = (body: unknown, status = 200): TokenSet => {
  const answer = normalise(body, status);
  if (answer.kind !== 'tokens-json') throw new Error(`${answer.kind} instead of tokens`);
  return readTokens(answer.json);
};
const bare: TokenSet = {
  accessToken: 'at',
  tokenType: 'Bearer',
  refreshToken: null,
  expiresInSeconds: null,
  refreshExpiresInSeconds: null,
  scope: null,
  idToken: null,
  values: {},
};

describe('tokens are read in every form that providers send', () => {
  it.each<[string, unknown, Partial<TokenSet>]>([
    [
      'the standard form',
      { access_token: 'at', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt', scope: 'a b', id_token: 'x.y.z' },
      { expiresInSeconds: 3600, refreshToken: 'rt', scope: 'a b', idToken: 'x.y.z' },
    ],
    ['only an access token', { access_token: 'at' }, {}],
    [
      'form encoding',
      'access_token=at&scope=repo%2Cgist&token_type=bearer&expires_in=28800',
      { scope: 'repo,gist', expiresInSeconds: 28_800 },
    ],
    ['a byte order mark', '\uFEFF{"access_token":"at"}', {}],
    ['blanks around', '\r\n {"access_token":"at"} \n', {}],
    ['a member twice: the last counts', '{"access_token":"old","access_token":"at"}', {}],
    ['expires_in as text', { access_token: 'at', expires_in: '3600' }, { expiresInSeconds: 3600 }],
    ['expires_in with a fraction', { access_token: 'at', expires_in: 3599.9 }, { expiresInSeconds: 3599 }],
    ['expires_in null', { access_token: 'at', expires_in: null }, {}],
    ['expires_in 0', { access_token: 'at', expires_in: 0 }, {}],
    ['expires_in "0"', { access_token: 'at', expires_in: '0' }, {}],
    ['expires_in below 0', { access_token: 'at', expires_in: -1 }, {}],
    ['expires_in in words', { access_token: 'at', expires_in: 'soon' }, {}],
    ['expires_in as an object', { access_token: 'at', expires_in: {} }, {}],
    ['expires_in without end', '{"access_token":"at","expires_in":1e999}', {}],
    ['expires_in of 2^53', { access_token: 'at', expires_in: 2 ** 53 }, { expiresInSeconds: 315_360_000 }],
    ...['refresh_token_expires_in', 'x_refresh_token_expires_in', 'refresh_expires_in'].map((name): [string, unknown, object] => [
      name,
      { access_token: 'at', [name]: '8726400' },
      { refreshExpiresInSeconds: 8_726_400, values: { [name]: '8726400' } },
    ]),
    ['refresh_expires_in 0: no end', { access_token: 'at', refresh_expires_in: 0 }, { values: { refresh_expires_in: 0 } }],
    ['refresh_token null', { access_token: 'at', refresh_token: null }, {}],
    ['refresh_token empty', { access_token: 'at', refresh_token: '' }, {}],
    ['refresh_token of another type', { access_token: 'at', refresh_token: { a: 1 } }, {}],
    ['scope as a list', { access_token: 'at', scope: ['a', 'b', 3] }, { scope: 'a b' }],
    ['scope empty', { access_token: 'at', scope: '' }, {}],
    ['scope of another type', { access_token: 'at', scope: 7 }, {}],
    ['scope with NUL', { access_token: 'at', scope: 'a\u0000b' }, {}],
    ['id_token of another type', { access_token: 'at', id_token: 7 }, {}],
    ['token_type null', { access_token: 'at', token_type: null }, {}],
    ['token_type in capitals', { access_token: 'at', token_type: 'BEARER' }, {}],
    ['token_type of its own', { access_token: 'at', token_type: 'user' }, { values: { token_type_given: 'user' } }],
    ['ok true and an empty error', { access_token: 'at', ok: true, error: '' }, { values: { ok: true, error: '' } }],
  ])('%s', (_what, body, differs) => expect(tokens(body)).toEqual({ ...bare, ...differs }));

  it.each(['text/html', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', 'application/octet-stream', ''])(
    'whatever the content type: %j',
    (type) => {
      expect(normalise({ access_token: 'at' }, 200, { 'content-type': type }).kind).toBe('tokens-json');
      expect(normalise('access_token=at', 200, { 'content-type': type }).kind).toBe('tokens-json');
    },
  );

  it('whatever the successful status', () => expect(tokens({ access_token: 'at' }, 201)).toEqual(bare));

  it('of any length that a header holds', () =>
    expect(tokens({ access_token: 'a'.repeat(65_536) }).accessToken).toHaveLength(65_536));

  it('in the form that a strict reader accepts', () =>
    expect(normalise({ access_token: 'at', token_type: 'Bearer', expires_in: '60', scope: ['a'], refresh_token: null })).toEqual({
      kind: 'tokens-json',
      json: { access_token: 'at', token_type: 'bearer', expires_in: 60, scope: 'a' },
    }));

  it('reading twice changes nothing', () => {
    const answer = normalise({ access_token: 'at', token_type: 'user', expires_in: '60', scope: ['a'], x: 1 });
    if (answer.kind !== 'tokens-json') throw new Error(answer.kind);
    expect(normalise(answer.json)).toEqual(answer);
  });
});

describe('an answer that is no token set is not taken for one', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'empty'],
    ['blanks', ' \n', 'empty'],
    ['HTML', '<html>access_token=at</html>', 'not_json'],
    ['HTML with a query', '<a href="?a=1&access_token=at">', 'not_json'],
    ['half a JSON', '{"access_token":"at"', 'not_json'],
    ['JSON text', '"access_token"', 'not_json'],
    ['a JSON list', '[{"access_token":"at"}]', 'not_json'],
    ['a JSON null', 'null', 'not_json'],
    ['some text', 'OK', 'not_json'],
    ['deep brackets', '['.repeat(200_000), 'not_json'],
    ['deep brackets that close', '['.repeat(100_000) + ']'.repeat(100_000), 'not_json'],
    ['an object without tokens', '{"ok":true}', 'no_access_token'],
    ['an empty token', '{"access_token":""}', 'no_access_token'],
    ['an empty token in a form', 'access_token=', 'no_access_token'],
    ['a token that is no text', '{"access_token":7}', 'no_access_token'],
    ['a token with a line feed', '{"access_token":"a\\r\\nX-Evil: 1"}', 'no_access_token'],
    ['a token with NUL', '{"access_token":"a\\u0000"}', 'no_access_token'],
    ['a token beyond ASCII', '{"access_token":"é"}', 'no_access_token'],
    ['an endless token', JSON.stringify({ access_token: 'a'.repeat(65_537) }), 'no_access_token'],
    ['a token in a prototype', '{"__proto__":{"access_token":"at"}}', 'no_access_token'],
  ])('%s', (_what, body, why) => expect(normalise(body)).toEqual({ kind: 'unreadable', status: 200, why }));
});

describe('errors are read in every form that providers send', () => {
  it.each<[string, number, unknown, string]>([
    ['the standard form', 400, { error: 'invalid_grant' }, 'invalid_grant'],
    ['form encoding', 400, 'error=invalid_grant&x=1', 'invalid_grant'],
    ['status 200', 200, { error: 'bad_verification_code' }, 'bad_verification_code'],
    ['status 200 in a form', 200, 'error=bad_verification_code&error_uri=https%3A%2F%2Fx.example', 'bad_verification_code'],
    ['status 200 beside a token', 200, { access_token: 'at', error: 'invalid_grant' }, 'invalid_grant'],
    ['ok false', 200, { ok: false, error: 'invalid_code' }, 'invalid_code'],
    ['ok false without a word', 200, { ok: false }, ''],
    ['an object with a code', 400, { error: { code: 'invalid_grant', message: 'm' } }, 'invalid_grant'],
    ['an object with a type', 400, { error: { code: 190, type: 'OAuthException' } }, 'OAuthException'],
    ['an object with neither', 400, { error: { message: 'm' } }, ''],
    ['an object with status 200', 200, { error: { code: 'invalid_grant' } }, 'invalid_grant'],
    ['a number', 400, { error: 400 }, ''],
    ['control characters', 400, { error: 'a\nb' }, ''],
    ['endless', 400, { error: 'e'.repeat(101) }, ''],
    ['HTML', 400, '<html>error=invalid_grant</html>', ''],
    ['nothing', 401, '', ''],
    ['a token with an error status', 400, { access_token: 'at' }, ''],
    ['a redirect', 302, '', ''],
    ['a broken server', 503, '<html>', ''],
    ['a token that is no bearer token', 200, { access_token: 'at', token_type: 'MAC' }, 'unsupported_token_type'],
    ['a token bound to a key', 200, { access_token: 'at', token_type: 'DPoP' }, 'unsupported_token_type'],
  ])('%s', (_what, status, body, error) => expect(normalise(body, status)).toEqual({ kind: 'error', status, error }));

  it('a challenge tells what the body does not', () => {
    const headers = { 'www-authenticate': 'Bearer realm="x", error="invalid_token", error_description="d"' };
    expect(normalise('', 401, headers)).toEqual({ kind: 'error', status: 401, error: 'invalid_token' });
    expect(normalise({ error: 'invalid_client' }, 401, headers)).toEqual({ kind: 'error', status: 401, error: 'invalid_client' });
  });

  it('a description is kept in one line and bounded', () =>
    expect(normalise({ error: 'invalid_grant', error_description: `a\r\nb${'c'.repeat(2000)}` }, 400)).toEqual({
      kind: 'error',
      status: 400,
      error: 'invalid_grant',
      errorDescription: `a  b${'c'.repeat(996)}`,
    }));
});

describe('no answer reaches a prototype', () => {
  it.each([
    '{"access_token":"at","__proto__":{"planted":true},"a":{"__proto__":{"planted":true}}}',
    '{"access_token":"at","constructor":{"prototype":{"planted":true}}}',
    'access_token=at&__proto__=planted&__proto__[planted]=1',
  ])('%s', (body) => {
    const { values } = tokens(body);
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).planted).toBeUndefined();
    expect(JSON.stringify(values)).not.toContain('__proto__":{');
  });

  it('drops a planted __proto__ at every depth, whoever merges the rest', () => {
    const answer = normalise('{"access_token":"at","__proto__":{"x":1},"a":[{"__proto__":{"x":1},"b":1}]}');
    expect(answer.kind === 'tokens-json' ? JSON.stringify(answer.json) : '').toBe(
      '{"access_token":"at","a":[{"b":1}],"token_type":"bearer"}',
    );
  });
});
