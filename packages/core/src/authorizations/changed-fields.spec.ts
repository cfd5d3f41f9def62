import { describe, expect, it } from '@jest/globals';
import type { ProfileDefinition } from '../profiles/profile.js';
import { changeableFields, readChangedFields } from './changed-fields.js';
import { noInputs } from './consent-inputs.js';

const definition = {
  tokenUrl: 'https://id.example/{shop}/token',
  authorizationUrl: 'https://id.example/authorize',
  refreshUrl: null,
  advanced: { apiBaseUrl: 'https://api.example/{area}' },
  additionalFields: [
    { key: 'shop' },
    { key: 'site' },
    { key: 'pin', secret: true, pattern: '[0-9]{4}' },
    { key: 'note', required: false },
    { key: 'plan', value: 'pro' },
  ],
  authorizationFields: [
    { fieldType: 'path', key: 'area', value: '{{site}}' },
    { fieldType: 'header', key: 'X-Pin', value: '{{pin}}' },
  ],
} as unknown as ProfileDefinition;
const inputs = { ...noInputs, given: { shop: 'acme', site: 'north', pin: '1234', note: 'old' } };
const read = (typed: Record<string, string>) => readChangedFields(definition, { tenant: '', inputs, userId: 'ada' }, typed);

describe('a field of a grant', () => {
  it('may be changed unless it fills a URL, through a path field too, or has a default', () =>
    expect(changeableFields(definition).map(({ key }) => key)).toEqual(['pin', 'note']));

  it('is changed by its own rules, and no other with it', () => {
    expect(read({ pin: '9876', note: 'new', shop: 'evil', site: 'evil', more: 'x' })).toEqual({
      inputs: { ...inputs, given: { ...inputs.given, pin: '9876', note: 'new' } },
      changed: ['pin', 'note'],
      errors: [],
    });
    expect(read({ pin: '98765', note: 'new' }).errors).toMatchObject([{ path: 'fields.pin', code: 'pattern' }]);
  });

  it('stays where it is a secret that is left empty, and where it is what it was', () => {
    expect(read({ pin: '', note: 'old' })).toMatchObject({ inputs, changed: [], errors: [] });
    expect(read({ pin: '', note: '' })).toMatchObject({ inputs: { given: { pin: '1234', note: '' } }, changed: ['note'] });
  });

  it('that does not fit its place is named', () =>
    expect(read({ pin: '1234', note: 'a\r\nb' }).errors).toMatchObject([{ path: 'fields.note' }]));

  it('whose key is a word that every object knows is read like any other', () => {
    const odd = { ...definition, additionalFields: [{ key: 'toString' }, { key: 'valueOf', required: false }] };
    const change = (typed: Record<string, string>) =>
      readChangedFields(odd as unknown as ProfileDefinition, { tenant: '', inputs: noInputs, userId: 'ada' }, typed);
    expect(change({}).errors).toMatchObject([{ path: 'fields.toString', code: 'required' }]);
    expect(change({ toString: 'x' } as unknown as Record<string, string>)).toMatchObject({
      inputs: { given: { toString: 'x', valueOf: '' } },
      errors: [],
    });
  });
});
