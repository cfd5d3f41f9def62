import { type NewProfile, newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import type { Discovered } from './discovery.js';
import {
  clientAuthenticationOf,
  defineProfile,
  extraAuthorizationParameters,
  originsOf,
  type ProfileDefinition,
  pkceOf,
  refreshUrlOf,
  requestedScopes,
  scopeParameter,
} from './profile.js';

const asked = (overrides: Record<string, unknown> = {}): NewProfile =>
  newProfileSchema.parse({
    type: 'oauth2',
    name: 'Asana',
    identityProvider: 'Asana',
    clientId: 'c1',
    clientSecret: 's1',
    authorizationUrl: 'https://id.example/authorize',
    tokenUrl: 'https://id.example/token',
    ...overrides,
  });
const define = (overrides: Record<string, unknown> = {}, discovered: Discovered | null = null) =>
  defineProfile(asked(overrides), discovered);
const defined = (overrides: Record<string, unknown> = {}): ProfileDefinition => define(overrides).definition;
const without = { authorizationUrl: undefined, tokenUrl: undefined };
const told: Discovered = {
  issuer: 'https://told.example',
  authorizationUrl: 'https://told.example/authorize',
  tokenUrl: 'https://told.example/token',
  revocationUrl: 'https://told.example/revoke',
  issParameterSupported: true,
};

describe('defining a profile', () => {
  it('takes what the author gave, with nothing wrong in it', () => {
    const { definition, errors } = define();
    expect(errors).toEqual([]);
    expect(definition).toMatchObject({
      clientId: 'c1',
      refreshUrl: null,
      scope: [],
      identityCheck: 'code',
      advanced: {},
      issuer: null,
    });
  });

  it('never holds the client secret', () => expect(JSON.stringify(defined())).not.toContain('s1'));

  it('fills in from discovery what the author left out', () => {
    const { definition, errors } = define(
      { ...without, advanced: { discoveryUrl: 'https://told.example/.well-known/openid-configuration' } },
      told,
    );
    expect(errors).toEqual([]);
    expect(definition).toMatchObject({
      authorizationUrl: 'https://told.example/authorize',
      tokenUrl: 'https://told.example/token',
      advanced: { revocationUrl: 'https://told.example/revoke' },
      issuer: 'https://told.example',
      issParameterSupported: true,
    });
  });

  it('lets the author’s word stand against discovery', () => {
    const { definition } = define({ advanced: { revocationUrl: 'https://id.example/revoke' } }, told);
    expect(definition).toMatchObject({
      tokenUrl: 'https://id.example/token',
      advanced: { revocationUrl: 'https://id.example/revoke' },
    });
  });
});

describe('a definition that cannot work is refused, naming the field', () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    ['no endpoints', without, ['authorizationUrl', 'tokenUrl']],
    ['no secret', { clientSecret: undefined }, ['clientSecret']],
    [
      'an encoding without Basic',
      { advanced: { clientAuthentication: { method: 'client_secret_post', basicEncoding: 'raw' } } },
      ['advanced.clientAuthentication.basicEncoding'],
    ],
    ['return without return URLs', { identityCheck: 'return' }, ['advanced.returnUrls']],
    ['return with an empty list', { identityCheck: 'return', advanced: { returnUrls: [] } }, ['advanced.returnUrls']],
    [
      'discovery that told nothing',
      { advanced: { discoveryUrl: 'https://id.example/.well-known/openid-configuration' } },
      ['advanced.discoveryUrl'],
    ],
    ['a protocol parameter in the URL', { authorizationUrl: 'https://id.example/a?state=x' }, ['authorizationUrl']],
    ['an encoded protocol parameter', { authorizationUrl: 'https://id.example/a?%73tate=x' }, ['authorizationUrl']],
    [
      'a scope in the URL and in rows',
      { authorizationUrl: 'https://id.example/a?scope=x', scope: [{ value: 'y' }] },
      ['authorizationUrl'],
    ],
    [
      'a row’s parameter in the URL',
      { authorizationUrl: 'https://id.example/a?audience=x', scope: [{ key: 'audience', value: 'y' }] },
      ['authorizationUrl'],
    ],
  ])('%s', (_what, overrides, paths) => expect(define(overrides).errors.map((error) => error.path)).toEqual(paths));

  it.each<[string, Record<string, unknown>]>([
    ['a public client without a secret', { clientSecret: undefined, advanced: { clientAuthentication: { method: 'none' } } }],
    ['raw Basic', { advanced: { clientAuthentication: { method: 'client_secret_basic', basicEncoding: 'raw' } } }],
    ['return with a return URL', { identityCheck: 'return', advanced: { returnUrls: ['https://app.example/back'] } }],
    ['a scope in the URL alone', { authorizationUrl: 'https://id.example/a?scope=x' }],
    [
      'another parameter in the URL',
      { authorizationUrl: 'https://id.example/a?owner=user', scope: [{ key: 'prompt', value: 'consent' }] },
    ],
  ])('but %s is right', (_what, overrides) => expect(define(overrides).errors).toEqual([]));
});

describe('what a definition means', () => {
  it('authenticates with form-encoded Basic and uses S256 unless told otherwise', () => {
    expect(clientAuthenticationOf(defined())).toEqual({ method: 'client_secret_basic', basicEncoding: 'form' });
    expect(pkceOf(defined())).toBe('S256');
    expect(pkceOf(defined({ advanced: { pkce: 'off' } }))).toBe('off');
  });

  it('refreshes at the token URL unless another is given', () => {
    expect(refreshUrlOf(defined())).toBe('https://id.example/token');
    expect(refreshUrlOf(defined({ refreshUrl: 'https://r.example/r' }))).toBe('https://r.example/r');
  });

  it('joins scope rows and keeps other keys as parameters, in order', () => {
    const definition = defined({
      scope: [
        { value: 'a b' },
        { key: 'prompt', value: 'consent' },
        { key: 'scope', value: 'c' },
        { key: '', value: 'a' },
        { key: 'audience', value: 'x y' },
      ],
    });
    expect(scopeParameter(definition)).toBe('a b c a');
    expect(requestedScopes(definition)).toEqual(['a', 'b', 'c']);
    expect(extraAuthorizationParameters(definition)).toEqual([
      ['prompt', 'consent'],
      ['audience', 'x y'],
    ]);
  });

  it('asks for no scope where no row gives one', () => {
    expect(scopeParameter(defined())).toBe('');
    expect(requestedScopes(defined())).toEqual([]);
  });

  it('sends the secret to the origins of token, refresh and revocation, each once and sorted', () => {
    const definition = defined({
      tokenUrl: 'https://t.example:8443/token?x=1',
      refreshUrl: 'https://a.example/refresh',
      advanced: { revocationUrl: 'https://T.example:8443/revoke' },
    });
    expect(originsOf(definition)).toEqual(['https://a.example', 'https://t.example:8443']);
  });
});
