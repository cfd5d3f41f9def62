import { describe, expect, it } from '@jest/globals';
import type { TokenSet } from '../grants/token-answer.js';
import { checkToken, type TokenExpectation } from './token-check.js';

const jwt = (claims: object): string =>
  ['{}', JSON.stringify(claims), 's'].map((part) => Buffer.from(part).toString('base64url')).join('.');
const tokens = (more: Partial<TokenSet> = {}): TokenSet => ({
  accessToken: 'a',
  tokenType: 'Bearer',
  refreshToken: 'r',
  expiresInSeconds: 3600,
  refreshExpiresInSeconds: null,
  scope: 'read write',
  idToken: null,
  values: {},
  ...more,
});
const expectation: TokenExpectation = {
  clientId: 'client',
  issuer: 'https://login.example.com',
  authorizationUrl: 'https://login.example.com/authorize',
  scope: 'read write',
};
const check = (more: Partial<TokenSet>, wanted: Partial<TokenExpectation> = {}) =>
  checkToken(tokens(more), { ...expectation, ...wanted });
const told = (more: Partial<TokenSet>, wanted: Partial<TokenExpectation> = {}) =>
  check(more, wanted).warnings.map(({ code, seen }) => `${code}: ${seen}`);

describe('a token that is about to be thrown away', () => {
  it('is fine with a refresh token and all scopes, whether they are named or not', () => {
    expect(told({})).toEqual([]);
    expect(told({ scope: null })).toEqual([]);
    expect(told({ scope: 'write,read,more' })).toEqual([]);
  });

  it('lacks scopes that were not granted', () => expect(told({ scope: 'read' })).toEqual(['scopes_missing: missing: write']));

  it.each([
    ['https://accounts.google.com/o/oauth2/v2/auth', 'read', /^no_refresh_token: Google wants access_type=offline/],
    ['https://login.microsoftonline.com/common/oauth2/v2.0/authorize', 'read', /offline_access/],
    ['https://login.example.com/authorize', 'read', /neither a scope nor a parameter asked/],
    ['https://login.example.com/authorize', 'read offline_access', /allow refresh tokens for the client/],
    ['https://notgoogle.com/authorize', 'read', /neither/],
  ])('without a refresh token says what %s wants (%s)', (authorizationUrl, scope, seen) =>
    expect(told({ refreshToken: null, scope: null }, { authorizationUrl, scope })).toEqual([expect.stringMatching(seen)]),
  );

  it('of another issuer or client is a failure', () => {
    expect(check({ idToken: jwt({ iss: 'https://other.example.com', aud: 'client', sub: 'ada' }) }).failure).toMatchObject({
      code: 'issuer_mismatch',
    });
    expect(check({ idToken: jwt({ iss: expectation.issuer, aud: 'another', sub: 'ada' }) }).failure).toMatchObject({
      seen: 'the ID token’s audience',
    });
  });

  it('names its subject, so that nobody’s working grant is revoked with it', () =>
    expect(check({ idToken: jwt({ iss: expectation.issuer, aud: 'client', sub: 'ada' }) }).subject).toBe(
      'https://login.example.com|ada',
    ));
});
