import { describe, expect, it } from '@jest/globals';
import { asksAnything, emptyAsk, toAsk } from './asked-model.js';

const plain = {
  tenancy: { enabled: false },
  additionalFields: [],
  authorizationFields: [],
  authorizationUrl: 'https://id.example.com/authorize',
  advanced: {},
};
const withField = { ...plain, additionalFields: [{ key: 'pin' }] };

describe('what is asked before a test', () => {
  it('is nothing where the profile has neither tenants nor fields', () => expect(asksAnything(plain)).toBe(false));
  it.each([
    ['tenants', { ...plain, tenancy: { enabled: true } }],
    ['fields', withField],
    ['a value of the runtime', { ...plain, authorizationUrl: 'https://id.example.com/authorize?x={{context.x}}' }],
  ])('is something where it has %s', (_what, profile) => expect(asksAnything(profile)).toBe(true));

  it('leaves out what was left empty', () => {
    expect(toAsk(emptyAsk(withField))).toEqual({});
    expect(toAsk({ tenant: ' acme ', fields: { pin: '1', other: '' }, context: '{"a": {"b": 1}}' })).toEqual({
      tenant: 'acme',
      fields: { pin: '1' },
      context: { a: { b: 1 } },
    });
  });

  it.each(['{', '[1]', '3', 'null'])('takes no context that is no JSON object: %s', (context) =>
    expect(toAsk({ tenant: '', fields: {}, context })).toBeNull(),
  );
});
