import { describe, expect, it } from '@jest/globals';
import type { ProfileDefinition } from '../profiles/profile.js';
import { boundOriginsReach, boundOriginsServe } from './endpoints.js';

const definition = (tokenUrl: string, refreshUrl: string | null): ProfileDefinition => ({
  type: 'oauth2',
  identityProvider: 'P',
  clientId: 'c',
  authorizationUrl: 'https://id.example/authorize',
  tokenUrl,
  refreshUrl,
  scope: [],
  description: '',
  identityCheck: 'code',
  advanced: {},
  issuer: null,
  issParameterSupported: false,
});

describe('a grant’s origins bind', () => {
  it.each([
    ['the same origin', ['https://id.example'], 'https://id.example/v2/token', null, true],
    [
      'a refresh URL on a bound origin',
      ['https://id.example', 'https://r.example'],
      'https://id.example/token',
      'https://r.example/r',
      true,
    ],
    [
      'a token URL moved while the refresh URL stays',
      ['https://r.example'],
      'https://new.example/token',
      'https://r.example/r',
      true,
    ],
    ['another host', ['https://id.example'], 'https://evil.example/token', null, false],
    ['another port', ['https://id.example'], 'https://id.example:8443/token', null, false],
    ['another scheme', ['https://id.example'], 'http://id.example/token', null, false],
    ['a refresh URL elsewhere', ['https://id.example'], 'https://id.example/token', 'https://r.example/r', false],
    ['no origins', [], 'https://id.example/token', null, false],
  ])('%s', (_what, origins, tokenUrl, refreshUrl, serves) =>
    expect(boundOriginsServe(origins, definition(tokenUrl, refreshUrl))).toBe(serves),
  );
});

describe('a URL whose host a field fills leads only to hosts that a grant is bound to', () => {
  const template = 'https://{{host}}:8443/token';
  const ofHosts = (hostAllowList: string[]): ProfileDefinition => ({
    ...definition(template, null),
    advanced: { hostAllowList },
  });
  const bound = ['https://a.example.com:8443', 'https://*.b.example.com:8443', 'https://{{host}}:8443'];
  it.each([
    ['to one of the list that it was consented under', 'https://a.example.com:8443/token', true],
    ['below one of them', 'https://x.y.b.example.com:8443/token', true],
    ['to one that was listed since', 'https://evil.example.com:8443/token', false],
    ['to a name that only ends alike', 'https://evilb.example.com:8443/token', false],
    ['to another port', 'https://a.example.com/token', false],
  ])('%s', (_what, filled, reaches) =>
    expect(boundOriginsReach(bound, ofHosts(['a.example.com', '*.b.example.com', 'evil.example.com']), template, filled)).toBe(
      reaches,
    ),
  );

  it('while a label of a host is the pattern’s own', () =>
    expect(
      boundOriginsReach(
        ['https://{tenant}.example.com'],
        ofHosts([]),
        'https://{tenant}.example.com/t',
        'https://acme.example.com/t',
      ),
    ).toBe(true));
});
