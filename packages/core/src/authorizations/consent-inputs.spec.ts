import { describe, expect, it } from '@jest/globals';
import type { ProfileDefinition } from '../profiles/profile.js';
import { noInputs, readTypedInputs } from './consent-inputs.js';

const definition = {
  tokenUrl: 'https://id.example/token',
  authorizationUrl: 'https://id.example/authorize',
  refreshUrl: null,
  advanced: {},
  additionalFields: [{ key: 'toString' }, { key: 'hasOwnProperty', required: false }],
} as unknown as ProfileDefinition;
const read = (fields: Record<string, string>) =>
  readTypedInputs(definition, { tenant: '', inputs: noInputs, userId: 'ada' }, { tenant: '', fields });

describe('what a person typed', () => {
  it('for a field whose key is a word that every object knows is read like any other', () => {
    expect(read({}).errors).toEqual([{ path: 'fields.toString', code: 'required', message: 'is required' }]);
    const { inputs, errors } = read({ toString: 'x' } as unknown as Record<string, string>);
    expect(errors).toEqual([]);
    expect(Object.entries(inputs.typed)).toEqual([
      ['toString', 'x'],
      ['hasOwnProperty', ''],
    ]);
  });
});
