import { describe, expect, it } from '@jest/globals';
import type { ProfileDefinition } from '../profiles/profile.js';
import { boundOriginsServe } from './endpoints.js';

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
