import { describe, expect, it } from '@jest/globals';
import { type ProfileDefinition, reviseDefinition } from '../profiles/profile.js';
import { blastRadius, type GrantsBoundAlike } from './blast-radius.js';

const before: ProfileDefinition = {
  type: 'oauth2',
  identityProvider: 'P',
  clientId: 'c',
  authorizationUrl: 'https://id.example/authorize',
  tokenUrl: 'https://id.example/token',
  refreshUrl: null,
  scope: [],
  description: '',
  identityCheck: 'code',
  advanced: {},
  issuer: null,
  issParameterSupported: false,
};
const bound = (grants: number, more: Partial<GrantsBoundAlike> = {}): GrantsBoundAlike => ({
  origins: ['https://id.example'],
  clientId: 'c',
  forEveryone: false,
  work: true,
  grants,
  ...more,
});
const of = (patch: Parameters<typeof reviseDefinition>[1], ...groups: GrantsBoundAlike[]) =>
  blastRadius(
    before,
    reviseDefinition({ name: 'n', definition: before, secretSet: true, nextSecretSet: false }, patch, null),
    groups,
  );

describe('a blast radius', () => {
  it('of a harmless revision lets every grant go on', () =>
    expect(of({ description: 'x' }, bound(5), bound(2))).toEqual({
      changed: ['description'],
      addedOrigins: [],
      clearsClientSecret: false,
      grants: { goOn: 7, needConsent: 0, needConsentAlready: 0 },
      because: [],
    }));

  it('of another token host asks everybody bound to the old one for a new consent, and says that the secret goes', () =>
    expect(of({ tokenUrl: 'https://new.example/token' }, bound(5), bound(2, { origins: ['https://new.example'] }))).toEqual({
      changed: ['tokenUrl', 'clientSecret'],
      addedOrigins: ['https://new.example'],
      clearsClientSecret: true,
      grants: { goOn: 2, needConsent: 5, needConsentAlready: 0 },
      because: [{ reason: 'endpoints_changed', grants: 5 }],
    }));

  it('of another place for the API asks everybody whose token would be sent there', () =>
    expect(of({ advanced: { apiBaseUrl: 'https://api.example/v1' } }, bound(5))).toMatchObject({
      addedOrigins: ['https://api.example'],
      clearsClientSecret: true,
      grants: { goOn: 0, needConsent: 5 },
      because: [{ reason: 'endpoints_changed', grants: 5 }],
    }));

  it('of another client asks those of the old one', () =>
    expect(of({ clientId: 'd', clientSecret: 's' }, bound(5), bound(2, { clientId: 'd' }))).toMatchObject({
      grants: { goOn: 2, needConsent: 5 },
      because: [{ reason: 'client_changed', grants: 5 }],
    }));

  it('of a grant for everyone leaves those of the users behind, and the other way round', () => {
    expect(of({ grantedTo: 'everyone' }, bound(5), bound(1, { forEveryone: true }))).toMatchObject({
      changed: ['grantedTo'],
      grants: { goOn: 1, needConsent: 5 },
      because: [{ reason: 'granted_to_changed', grants: 5 }],
    });
    expect(of({}, bound(5), bound(1, { forEveryone: true })).grants).toMatchObject({ goOn: 5, needConsent: 1 });
  });

  it('adds up each reason once', () =>
    expect(
      of(
        { clientId: 'd', tokenUrl: 'https://new.example/token' },
        bound(1),
        bound(2, { origins: ['https://other.example'] }),
        bound(4, { clientId: 'd' }),
      ).because,
    ).toEqual([
      { reason: 'client_changed', grants: 3 },
      { reason: 'endpoints_changed', grants: 4 },
    ]));

  it('counts apart what needs a new consent already', () =>
    expect(of({ tokenUrl: 'https://new.example/token' }, bound(5, { work: false })).grants).toEqual({
      goOn: 0,
      needConsent: 0,
      needConsentAlready: 5,
    }));
});
