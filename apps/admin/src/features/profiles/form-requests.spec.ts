import { newProfileSchema, profilePatchSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import { toForm } from './form-model.js';
import {
  isEmptyPatch,
  mergePatchBetween,
  missingFields,
  rebased,
  toNewProfile,
  toPatch,
  touchesGrants,
} from './form-requests.js';
import { fullProfile } from './full-profile.fixture.js';

const patchAfter = (change: (form: ReturnType<typeof toForm>) => void) => {
  const form = toForm(fullProfile);
  change(form);
  const patch = toPatch(fullProfile, form);
  expect(profilePatchSchema.safeParse(patch).success).toBe(true);
  return patch;
};

describe('a patch', () => {
  it('of a form that nobody changed is empty', () => {
    expect(patchAfter(() => {})).toEqual({});
    expect(isEmptyPatch(toPatch(fullProfile, toForm(fullProfile)))).toBe(true);
  });

  it('holds changed fields only', () => {
    expect(
      patchAfter((form) => {
        form.clientId = 'client-2';
        form.advanced.limits.inFlight = 9;
      }),
    ).toEqual({ clientId: 'client-2', advanced: { limits: { inFlight: 9 } } });
  });

  it('says null for what was cleared', () => {
    expect(
      patchAfter((form) => {
        form.refreshUrl = '';
        form.advanced.pkce = '';
        form.advanced.limits.perSecond = '';
        form.advanced.returnUrls = '';
        form.tenancy.allowedTenants = '';
      }),
    ).toEqual({
      refreshUrl: null,
      tenancy: { allowedTenants: null },
      advanced: { pkce: null, limits: { perSecond: null }, returnUrls: null },
    });
  });

  it('replaces a list whole', () => {
    expect(patchAfter((form) => form.scope.push({ key: '', value: 'write' }))).toEqual({
      scope: [{ value: 'read' }, { key: 'prompt', value: 'consent' }, { value: 'write' }],
    });
  });

  it('turns tenancy off with all that belongs to it', () => {
    expect(
      patchAfter((form) => {
        form.tenancy.enabled = false;
      }),
    ).toEqual({ tenancy: { enabled: false, url: null, allowedTenants: null } });
  });

  it('leaves alone what a tenancy that is off holds, and removes it when it is switched on without', () => {
    const off = { ...fullProfile, tenancy: { enabled: false, url: 'https://{tenant}.example.com' } };
    expect(toPatch(off, toForm(off))).toEqual({});
    const form = toForm(off);
    form.tenancy = { enabled: true, url: '', allowedTenants: '' };
    expect(toPatch(off, form)).toEqual({ tenancy: { enabled: true, url: null } });
  });

  it('never holds a secret that nobody typed', () => {
    const patch = patchAfter((form) => {
      form.name = 'Other';
    });
    expect(Object.keys(patch)).toEqual(['name']);
  });

  it('holds a secret that was typed, and null for one that is removed', () => {
    expect(
      patchAfter((form) => {
        form.clientSecret = 's3cret';
        form.removeNextClientSecret = true;
      }),
    ).toEqual({ clientSecret: 's3cret', nextClientSecret: null });
  });

  it('makes the later of two values out of the earlier one, by RFC 7396', () => {
    expect(mergePatchBetween({ a: { b: 1, c: 2 }, d: 'x' }, { a: { b: 1, c: 3 }, e: [1] })).toEqual({
      a: { c: 3 },
      d: null,
      e: [1],
    });
  });

  it('touches grants unless only words changed', () => {
    expect(touchesGrants({ name: 'x', description: 'y' })).toBe(false);
    expect(touchesGrants({ name: 'x', tokenUrl: 'https://a.example.com' })).toBe(true);
  });
});

describe('a new profile', () => {
  const id = '0f8fad5b-d9cb-469f-a165-70867728950e';

  it('has the id that its callback link was shown for, and no member that was left empty', () => {
    const form = { ...toForm(), name: 'Asana', identityProvider: 'Asana', clientId: 'c', clientSecret: 's' };
    const body = toNewProfile(id, form);
    expect(JSON.parse(JSON.stringify(body))).toEqual({
      id,
      type: 'oauth2',
      name: 'Asana',
      identityProvider: 'Asana',
      clientId: 'c',
      clientSecret: 's',
      scope: [],
      description: '',
      tenancy: { enabled: false },
      additionalFields: [],
      authorizationFields: [],
      grantedTo: 'user',
      identityCheck: 'code',
      advanced: {},
    });
    expect(newProfileSchema.safeParse(body).success).toBe(true);
  });
});

describe('changes on top of another revision', () => {
  it('keep what both have changed apart, and mine where both changed the same', () => {
    const theirs = {
      ...fullProfile,
      revision: 8,
      description: 'Theirs',
      clientId: 'theirs',
      advanced: { pkce: 'S256' as const },
    };
    const form = { ...toForm(fullProfile), clientId: 'mine', clientSecret: 'typed', refreshUrl: '' };
    form.advanced = { ...form.advanced, keepFreshDays: 9 };
    expect(toPatch(theirs, rebased(fullProfile, theirs, form))).toEqual({
      clientId: 'mine',
      clientSecret: 'typed',
      refreshUrl: null,
      advanced: { keepFreshDays: 9 },
    });
  });
});

describe('what a profile may not go without', () => {
  const pathsOf = (...told: Parameters<typeof missingFields>) => missingFields(...told).map(({ path }) => path);
  it('is told before the API is asked', () => {
    expect(pathsOf(null, toForm())).toEqual(['authorizationUrl', 'tokenUrl', 'clientSecret']);
    expect(pathsOf(null, toForm({ tenancy: { enabled: true }, advanced: { clientAuthentication: { method: 'none' } } }))).toEqual(
      ['authorizationUrl', 'tokenUrl', 'tenancy.url'],
    );
    expect(pathsOf(null, { ...toForm({ advanced: { discoveryUrl: 'https://id.example.com/x' } }), clientSecret: 's' })).toEqual(
      [],
    );
    expect(pathsOf(fullProfile, toForm(fullProfile))).toEqual([]);
  });
});
