import { type ProfilePatch, profilePatchSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import type { Discovered } from './discovery.js';
import { type ProfileDefinition, reviseDefinition, secretOriginsAdded } from './profile.js';

const base: ProfileDefinition = {
  type: 'oauth2',
  identityProvider: 'Asana',
  clientId: 'c1',
  authorizationUrl: 'https://id.example/authorize',
  tokenUrl: 'https://id.example/token',
  refreshUrl: 'https://id.example/refresh',
  scope: [{ value: 'a' }],
  description: 'text',
  identityCheck: 'confirm',
  advanced: { pkce: 'off', clientAuthentication: { method: 'client_secret_basic', basicEncoding: 'raw' } },
  issuer: null,
  issParameterSupported: false,
};
const told: Discovered = {
  issuer: 'https://told.example',
  authorizationUrl: 'https://told.example/authorize',
  tokenUrl: 'https://told.example/token',
  issParameterSupported: true,
};
const discoveryUrl = 'https://told.example/.well-known/openid-configuration';

const patch = (body: Record<string, unknown>): ProfilePatch => profilePatchSchema.parse(body);
const revise = (
  body: Record<string, unknown>,
  options: { definition?: ProfileDefinition; secretSet?: boolean; nextSecretSet?: boolean; discovered?: Discovered } = {},
) =>
  reviseDefinition(
    {
      name: 'Asana',
      definition: options.definition ?? base,
      secretSet: options.secretSet ?? true,
      nextSecretSet: options.nextSecretSet ?? false,
    },
    patch(body),
    options.discovered ?? null,
  );

describe('revising a profile', () => {
  it('changes nothing with an empty patch', () =>
    expect(revise({})).toEqual({
      name: 'Asana',
      definition: base,
      changed: [],
      clearsSecret: false,
      clientSecret: undefined,
      nextClientSecret: undefined,
      errors: [],
    }));

  it('is not misled by the order of members', () => {
    const reordered = {
      ...base,
      advanced: {
        clientAuthentication: { basicEncoding: 'raw' as const, method: 'client_secret_basic' as const },
        pkce: 'off' as const,
      },
    };
    expect(revise({ advanced: { pkce: 'off' } }, { definition: reordered }).changed).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, Partial<ProfileDefinition>, string[]]>([
    ['a plain member', { clientId: 'c2' }, { clientId: 'c2' }, ['clientId']],
    ['the same value', { clientId: 'c1' }, {}, []],
    ['null: no refresh URL', { refreshUrl: null }, { refreshUrl: null }, ['refreshUrl']],
    ['null: no scope', { scope: null }, { scope: [] }, ['scope']],
    ['null: no description', { description: null }, { description: '' }, ['description']],
    ['null: the default identity check', { identityCheck: null }, { identityCheck: 'code' }, ['identityCheck']],
    ['a list, replaced whole', { scope: [{ value: 'b' }] }, { scope: [{ value: 'b' }] }, ['scope']],
    [
      'null inside advanced',
      { advanced: { pkce: null } },
      { advanced: { clientAuthentication: { method: 'client_secret_basic', basicEncoding: 'raw' } } },
      ['advanced.pkce'],
    ],
    [
      'a nested member merged',
      { advanced: { clientAuthentication: { basicEncoding: 'form' } } },
      { advanced: { pkce: 'off', clientAuthentication: { method: 'client_secret_basic', basicEncoding: 'form' } } },
      ['advanced.clientAuthentication'],
    ],
    ['null for all of advanced', { advanced: null }, { advanced: {} }, ['advanced.pkce', 'advanced.clientAuthentication']],
  ])('%s', (_what, body, differs, changed) => {
    const revised = revise(body);
    expect(revised).toMatchObject({ changed, errors: [] });
    expect(revised.definition).toEqual({ ...base, ...differs });
  });

  it('merges what is said of the refresh token’s life, and takes it away with its last part', () => {
    const definition = { ...base, advanced: { ...base.advanced, refreshTokenLifetimeSeconds: { idle: 60 } } };
    const lifetime = (change: object | null) =>
      revise({ advanced: { refreshTokenLifetimeSeconds: change } }, { definition }).definition.advanced
        .refreshTokenLifetimeSeconds;
    expect(lifetime({ absolute: 90 })).toEqual({ idle: 60, absolute: 90 });
    expect(lifetime({ idle: null, absolute: 90 })).toEqual({ absolute: 90 });
    expect(lifetime({ idle: null })).toBeUndefined();
    expect(lifetime(null)).toBeUndefined();
    expect(revise({ advanced: { limits: { inFlight: null } } }).definition.advanced).toEqual(base.advanced);
  });

  it('renames', () => expect(revise({ name: 'Other' })).toMatchObject({ name: 'Other', changed: ['name'] }));

  it('drops the Basic encoding with the method that it belonged to', () => {
    const { definition, errors } = revise({ advanced: { clientAuthentication: { method: 'client_secret_post' } } });
    expect(definition.advanced.clientAuthentication).toEqual({ method: 'client_secret_post' });
    expect(errors).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['removing the authorization URL', { authorizationUrl: null }, 'authorizationUrl'],
    ['removing the token URL', { tokenUrl: null }, 'tokenUrl'],
    ['return without a return URL', { identityCheck: 'return' }, 'advanced.returnUrls'],
    ['removing a secret that is needed', { clientSecret: null }, 'clientSecret'],
  ])('refuses %s', (_what, body, path) => expect(revise(body).errors).toEqual([expect.objectContaining({ path })]));

  it('asks for the method where an encoding stands alone', () => {
    const definition = { ...base, advanced: {} };
    expect(revise({ advanced: { clientAuthentication: { basicEncoding: 'raw' } } }, { definition }).errors).toEqual([
      expect.objectContaining({ path: 'advanced.clientAuthentication.method' }),
    ]);
  });
});

describe('the next client secret', () => {
  const moved = { tokenUrl: 'https://elsewhere.example/token' };

  it.each<[string, Record<string, unknown>, string | null | undefined]>([
    ['is kept by a revision that names neither it nor a new origin', { description: 'x' }, undefined],
    ['is cleared by a revision that adds an origin', moved, null],
    ['is cleared by one that adds an origin with a client secret of its own', { ...moved, clientSecret: 'own' }, null],
    ['is what a revision that adds an origin brings', { ...moved, nextClientSecret: 'own' }, 'own'],
    ['is taken away by null', { nextClientSecret: null }, null],
  ])('%s', (_what, body, next) => {
    const revised = revise(body, { nextSecretSet: true });
    expect(revised.nextClientSecret).toBe(next);
    expect(revised.changed.includes('nextClientSecret')).toBe(next !== undefined);
  });

  it('is no change where there was none and comes none', () =>
    expect(revise({ ...moved, clientSecret: 'own' }).changed).not.toContain('nextClientSecret'));
});

describe('the client secret goes only where it was meant to go', () => {
  it.each<[string, Record<string, unknown>]>([
    ['token URL', { tokenUrl: 'https://evil.example/token' }],
    ['refresh URL', { refreshUrl: 'https://evil.example/token' }],
    ['revocation URL', { advanced: { revocationUrl: 'https://evil.example/revoke' } }],
    ['another port', { tokenUrl: 'https://id.example:8443/token' }],
    ['plain http', { tokenUrl: 'http://id.example/token' }],
    ['a look-alike', { tokenUrl: 'https://id.example.evil.example/token' }],
  ])('a new origin in the %s clears it', (_where, body) => {
    const revised = revise(body);
    expect(revised).toMatchObject({ clearsSecret: true, clientSecret: null, errors: [] });
    expect(revised.changed).toContain('clientSecret');
  });

  it.each<[string, Record<string, unknown>]>([
    ['another path on a known origin', { tokenUrl: 'https://id.example/v2/token' }],
    ['an origin less', { refreshUrl: null }],
    ['the authorization URL, which never sees it', { authorizationUrl: 'https://login.example/authorize' }],
  ])('%s keeps it', (_what, body) =>
    expect(revise(body)).toMatchObject({ clearsSecret: false, clientSecret: undefined, errors: [] }),
  );

  it('is kept when the same revision brings a new one', () => {
    const revised = revise({ tokenUrl: 'https://new.example/token', clientSecret: 's2' });
    expect(revised).toMatchObject({ clearsSecret: false, clientSecret: 's2', errors: [] });
    expect(revised.changed).toEqual(['tokenUrl', 'clientSecret']);
  });

  it('may be removed where the client needs none', () =>
    expect(revise({ clientSecret: null, advanced: { clientAuthentication: { method: 'none' } } })).toMatchObject({
      clearsSecret: true,
      clientSecret: null,
      errors: [],
    }));

  it('is not asked for again by every other change once it was cleared', () =>
    expect(revise({ description: 'new' }, { secretSet: false })).toMatchObject({
      changed: ['description'],
      clearsSecret: false,
      errors: [],
    }));

  it('is asked for when the method starts to need one', () => {
    const definition: ProfileDefinition = { ...base, advanced: { clientAuthentication: { method: 'none' } } };
    const revised = revise(
      { advanced: { clientAuthentication: { method: 'client_secret_post' } } },
      { definition, secretSet: false },
    );
    expect(revised.errors).toEqual([expect.objectContaining({ path: 'clientSecret' })]);
  });

  it('tells which origins are new', () =>
    expect(secretOriginsAdded(base, { ...base, tokenUrl: 'https://z.example/t', refreshUrl: 'https://y.example/r' })).toEqual([
      'https://y.example',
      'https://z.example',
    ]));
});

describe('discovery in a revision', () => {
  it('fills the form again from a new discovery URL, and so clears the secret', () => {
    const revised = revise({ advanced: { discoveryUrl }, refreshUrl: null }, { discovered: told });
    expect(revised.definition).toMatchObject({
      authorizationUrl: 'https://told.example/authorize',
      tokenUrl: 'https://told.example/token',
      issuer: 'https://told.example',
      issParameterSupported: true,
    });
    expect(revised.changed).toEqual([
      'authorizationUrl',
      'tokenUrl',
      'refreshUrl',
      'advanced.discoveryUrl',
      'issuer',
      'clientSecret',
    ]);
    expect(revised).toMatchObject({ clearsSecret: true, errors: [] });
  });

  it('lets what the same patch names stand', () =>
    expect(
      revise({ tokenUrl: 'https://mine.example/token', advanced: { discoveryUrl } }, { discovered: told }).definition,
    ).toMatchObject({
      tokenUrl: 'https://mine.example/token',
      authorizationUrl: 'https://told.example/authorize',
    }));

  it('keeps what it learned while the discovery URL stays', () => {
    const definition = { ...base, advanced: { discoveryUrl }, issuer: 'https://told.example', issParameterSupported: true };
    const revised = revise({ description: 'new' }, { definition });
    expect(revised.definition).toMatchObject({ issuer: 'https://told.example', issParameterSupported: true });
    expect(revised.changed).toEqual(['description']);
  });

  it('forgets the issuer with the discovery URL', () => {
    const definition = { ...base, advanced: { discoveryUrl }, issuer: 'https://told.example', issParameterSupported: true };
    const revised = revise({ advanced: { discoveryUrl: null } }, { definition });
    expect(revised.definition).toMatchObject({ issuer: null, issParameterSupported: false, tokenUrl: base.tokenUrl });
    expect(revised.changed).toEqual(['advanced.discoveryUrl', 'issuer']);
  });

  it('refuses a discovery URL whose document was not read', () =>
    expect(revise({ advanced: { discoveryUrl } }).errors).toEqual([expect.objectContaining({ path: 'advanced.discoveryUrl' })]));
});
