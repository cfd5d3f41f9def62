import { describe, expect, it } from '@jest/globals';
import type { ProfileDefinition } from '../profiles/profile.js';
import { checkDiscovery } from './discovery-check.js';

const issuer = 'https://login.example.com';
const url = `${issuer}/.well-known/openid-configuration`;
const definition: ProfileDefinition = {
  type: 'oauth2',
  identityProvider: 'Example',
  clientId: 'client',
  authorizationUrl: `${issuer}/authorize`,
  tokenUrl: `${issuer}/token`,
  refreshUrl: null,
  scope: [{ value: 'read' }],
  description: '',
  identityCheck: 'code',
  advanced: { discoveryUrl: url },
  issuer,
  issParameterSupported: false,
} as ProfileDefinition;
const document = { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` };
const check = (more: object, of: Partial<ProfileDefinition> = {}) =>
  checkDiscovery(url, JSON.stringify({ ...document, ...more }), { ...definition, ...of });

describe('a discovery document', () => {
  it('agrees with a profile that uses what it tells, also where it says nothing', () => {
    expect(check({}).result).toBe('passed');
    expect(check({ code_challenge_methods_supported: ['S256'], scopes_supported: ['read'] }).result).toBe('passed');
  });

  it.each<[string, object, RegExp]>([
    [
      'another token endpoint',
      { token_endpoint: `${issuer}/v2/token` },
      /tokenUrl: the document has https:\/\/login\.example\.com\/v2\/token/,
    ],
    ['no PKCE', { code_challenge_methods_supported: ['plain'] }, /advanced\.pkce/],
    [
      'other ways to authenticate',
      { token_endpoint_auth_methods_supported: ['private_key_jwt'] },
      /client_secret_basic is not offered/,
    ],
    ['other scopes', { scopes_supported: ['openid'] }, /scope: read not listed/],
    ['no authorization code', { grant_types_supported: ['client_credentials'] }, /authorization code grant is not offered/],
  ])('differs with %s, which ends no test', (_what, more, seen) => {
    const { result, diagnosis } = check(more);
    expect(result).toBe('unclear');
    expect(diagnosis).toMatchObject({ code: 'discovery_differs', seen: expect.stringMatching(seen) });
  });

  it('fails a test with another issuer, and where it cannot be read', () => {
    expect(check({ issuer: 'https://other.example.com' })).toMatchObject({
      result: 'failed',
      diagnosis: { code: 'issuer_mismatch' },
    });
    expect(check({}, { issuer: 'https://was.example.com' })).toMatchObject({
      result: 'failed',
      diagnosis: { code: 'issuer_mismatch' },
    });
    expect(checkDiscovery(url, '[]', definition)).toMatchObject({ result: 'failed', diagnosis: { code: 'unreadable_answer' } });
  });
});
