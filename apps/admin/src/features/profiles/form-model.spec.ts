import { advancedSchema, newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import { toAdvanced, toDefinition, toForm } from './form-model.js';
import { fullProfile } from './full-profile.fixture.js';

describe('the form of a profile', () => {
  it('gives back every field as it was read', () => {
    const { type, name, identityProvider, clientId, authorizationUrl, tokenUrl, refreshUrl, scope, description } = fullProfile;
    const { tenancy, additionalFields, authorizationFields, grantedTo, identityCheck, advanced } = fullProfile;
    expect(toDefinition(toForm(fullProfile))).toEqual({
      ...{ type, name, identityProvider, clientId, authorizationUrl, tokenUrl, refreshUrl, scope, description },
      ...{ tenancy, additionalFields, authorizationFields, grantedTo, identityCheck, advanced },
    });
  });

  it('has an input for every advanced setting that the contract carries out, and for no other', () => {
    const refused = (member: keyof typeof advancedSchema.shape): boolean =>
      advancedSchema.shape[member].safeParse('x').error?.issues.some(({ message }) => message === 'not supported yet') ?? false;
    const members = Object.keys(advancedSchema.shape) as (keyof typeof advancedSchema.shape)[];
    expect(Object.keys(toForm().advanced).sort()).toEqual(members.filter((member) => !refused(member)).sort());
  });

  it('keeps a default that is empty apart from none', () => {
    const form = toForm({ additionalFields: [{ key: 'a', value: '' }, { key: 'b' }] });
    expect(toDefinition(form).additionalFields).toEqual([{ key: 'a', value: '' }, { key: 'b' }]);
  });

  it('reads lists one in a line, without blank lines', () => {
    const form = toForm();
    form.tenancy = { enabled: true, url: '', allowedTenants: ' acme \r\n\nglobex\n' };
    expect(toDefinition(form).tenancy).toEqual({ enabled: true, allowedTenants: ['acme', 'globex'] });
  });

  it('says nothing of a subdomain once that is off', () => {
    const form = toForm(fullProfile);
    form.tenancy.enabled = false;
    expect(toDefinition(form).tenancy).toEqual({ enabled: false });
  });

  it('drops the encoding of Basic where the client does not authenticate so', () => {
    const { advanced } = toForm(fullProfile);
    advanced.clientAuthentication.method = 'client_secret_post';
    expect(toAdvanced(advanced).clientAuthentication).toEqual({ method: 'client_secret_post' });
  });

  it('leaves what is no number for the contract to refuse', () => {
    const form = toForm(fullProfile);
    form.advanced.limits.inFlight = 'many';
    form.advanced.refreshReuse = { kind: 'allowed', allowedSeconds: '' };
    const { error } = newProfileSchema.safeParse(toDefinition(form));
    const paths = error?.issues.map(({ path }) => path.slice(0, 3).join('.'));
    expect(paths).toEqual(['advanced.limits.inFlight', 'advanced.refreshReuse']);
  });
});
