import { describe, expect, it } from '@jest/globals';
import { readDiscovery, wellKnownUrlsOk } from './discovery.js';

const url = 'https://id.example/.well-known/openid-configuration';
const document = {
  issuer: 'https://id.example',
  authorization_endpoint: 'https://id.example/authorize',
  token_endpoint: 'https://id.example/token',
};

describe('where an issuer’s document may be found', () => {
  it.each([
    ['https://id.example', 'https://id.example/.well-known/openid-configuration'],
    ['https://id.example/', 'https://id.example/.well-known/openid-configuration'],
    ['https://id.example', 'https://id.example/.well-known/oauth-authorization-server'],
    ['https://id.example/t1', 'https://id.example/t1/.well-known/openid-configuration'],
    ['https://id.example/t1/', 'https://id.example/t1/.well-known/openid-configuration'],
    ['https://id.example/t1', 'https://id.example/.well-known/openid-configuration/t1'],
    ['https://id.example/t1', 'https://id.example/.well-known/oauth-authorization-server/t1'],
    ['http://127.0.0.1:4001', 'http://127.0.0.1:4001/.well-known/openid-configuration'],
  ])('%s speaks at %s', (issuer, at) => expect(wellKnownUrlsOk(at, issuer)).toBe(true));

  it.each([
    ['https://id.example', 'https://evil.example/.well-known/openid-configuration'],
    ['https://id.example', 'https://id.example/.well-known/openid-configuration/t1'],
    ['https://id.example/t1', 'https://id.example/.well-known/openid-configuration'],
    ['https://id.example/t2', 'https://id.example/t1/.well-known/openid-configuration'],
    ['https://id.example', 'https://id.example/.well-known/openid-configuration?x=1'],
    ['https://id.example?x', 'https://id.example?x/.well-known/openid-configuration'],
    ['https://id.example#x', 'https://id.example#x/.well-known/openid-configuration'],
    ['https://a@id.example', 'https://a@id.example/.well-known/openid-configuration'],
    ['ftp://id.example', 'ftp://id.example/.well-known/openid-configuration'],
    ['https://ID.example', 'https://id.example/.well-known/openid-configuration'],
    ['', '/.well-known/openid-configuration'],
  ])('%s does not speak at %s', (issuer, at) => expect(wellKnownUrlsOk(at, issuer)).toBe(false));
});

describe('reading a discovery document', () => {
  it('takes the endpoints and whether answers name their issuer', () => {
    const full = {
      ...document,
      revocation_endpoint: 'https://id.example/revoke',
      authorization_response_iss_parameter_supported: true,
    };
    expect(readDiscovery(url, full)).toEqual({
      issuer: 'https://id.example',
      authorizationUrl: 'https://id.example/authorize',
      tokenUrl: 'https://id.example/token',
      revocationUrl: 'https://id.example/revoke',
      issParameterSupported: true,
    });
  });

  it('leaves out what the document does not tell', () =>
    expect(readDiscovery(url, { issuer: 'https://id.example', token_endpoint: null })).toEqual({
      issuer: 'https://id.example',
      issParameterSupported: false,
    }));

  it.each([
    ['another issuer', { ...document, issuer: 'https://evil.example' }, 'issuer_mismatch'],
    ['no issuer', { token_endpoint: 'https://id.example/token' }, 'issuer_mismatch'],
    ['an issuer that is no text', { issuer: ['https://id.example'] }, 'issuer_mismatch'],
    ['a list', [document], 'unreadable'],
    ['text', 'https://id.example', 'unreadable'],
    ['null', null, 'unreadable'],
    ['an endpoint with user info', { ...document, token_endpoint: 'https://a:b@id.example/token' }, 'unusable_endpoint'],
    ['an endpoint of another scheme', { ...document, authorization_endpoint: 'javascript:alert(1)' }, 'unusable_endpoint'],
    ['an endpoint that is no text', { ...document, revocation_endpoint: 7 }, 'unusable_endpoint'],
  ])('refuses %s', (_what, body, code) =>
    expect(readDiscovery(url, body)).toMatchObject({ path: 'advanced.discoveryUrl', code }),
  );
});
