import { fieldErrors } from '@grantkeeper/contracts/field-errors';
import { newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import { byInput, inputOf, nestedErrors } from './field-inputs.js';
import { toForm } from './form-model.js';
import { fullProfile } from './full-profile.fixture.js';

/** Names of inputs: leaves of the form, and the lists, whose own place is below their rows. */
function inputsOf(value: unknown, above = ''): string[] {
  if (typeof value !== 'object' || value === null) return [above];
  const below = Object.entries(value).flatMap(([key, member]) => inputsOf(member, above === '' ? key : `${above}.${key}`));
  return Array.isArray(value) ? [above, ...below] : below;
}
const inputs = new Set([...inputsOf(toForm(fullProfile)), 'callbackUrl']);

/** Everything wrong at once. */
const wrong = {
  type: 'oauth2',
  name: ' ',
  identityProvider: '',
  clientId: 'ü',
  clientSecret: '',
  nextClientSecret: 'ü',
  authorizationUrl: 'ftp://x',
  tokenUrl: 'x#',
  refreshUrl: ' ',
  scope: [
    { key: 'state', value: '' },
    { key: 'prompt', value: 'x\u0000' },
  ],
  description: 'x'.repeat(2001),
  tenancy: { enabled: true, url: 'nothing', allowedTenants: ['ok', ' blank '] },
  additionalFields: [
    { key: '1', value: '\n', label: '', hint: ' ', pattern: '', allowedValues: ['a', ''], prefix: '', suffix: '' },
    { key: 'tenant' },
  ],
  authorizationFields: [{ fieldType: 'header', key: 'Host', value: '' }],
  grantedTo: 'nobody',
  identityCheck: 'never',
  advanced: {
    pkce: 'plain',
    clientAuthentication: { method: 'x', basicEncoding: 'x' },
    revocationUrl: 'x',
    apiBaseUrl: 'x',
    hostAllowList: ['ok.example.com', 'NOT'],
    discoveryUrl: 'x',
    returnUrls: ['x'],
    assumedLifetimeSeconds: 1,
    refreshTokenLifetimeSeconds: { idle: 1, absolute: 1 },
    limits: { inFlight: 0, perSecond: 0 },
    refreshLeadSeconds: -1,
    keepFreshDays: 0,
    refreshReuse: { allowedSeconds: 0 },
  },
};

describe('an error of the contract', () => {
  const parsed = newProfileSchema.safeParse(wrong);
  const errors = parsed.success ? [] : fieldErrors(parsed.error, wrong, 'body');
  it('is there for every field of the sample', () => expect(errors.length).toBeGreaterThan(35));
  it.each(errors)('finds its input: $path', ({ path }) => expect(inputs).toContain(inputOf(path).input));

  // rules that the API knows and the contract's schemas do not
  it.each([
    'clientSecret',
    'authorizationUrl',
    'tenancy.url',
    'tenancy.allowedTenants.1',
    'additionalFields.0.pattern',
    'additionalFields.1.allowedValues.1',
    'additionalFields.1.value',
    'authorizationFields.0.value',
    'advanced.clientAuthentication.method',
    'advanced.clientAuthentication.basicEncoding',
    'advanced.returnUrls',
    'advanced.hostAllowList.0',
    'advanced.discoveryUrl',
    'patch.tokenUrl',
  ])('of the API finds its input: %s', (path) => expect(inputs).toContain(inputOf(path).input));

  // what a test run names as the field to mend
  it.each(['callbackUrl', 'scope', 'advanced.clientAuthentication', 'advanced.pkce', 'nextClientSecret', 'refreshUrl'])(
    'of a diagnosis finds its input: %s',
    (path) => expect(inputs).toContain(inputOf(path).input),
  );
});

describe('errors of one input', () => {
  const at = (path: string, message: string) => ({ path, code: 'x', message });
  it('are told together, those of a line with its number', () => {
    const told = byInput([at('advanced.returnUrls.0', 'is wrong'), at('advanced.returnUrls.2', 'is wrong too')]);
    expect([...told]).toEqual([['advanced.returnUrls', '1: is wrong; 3: is wrong too']]);
  });
  it('of one path are told one at a time', () => {
    expect([...byInput([at('clientId', 'must not be empty'), at('clientId', 'must be printable ASCII')])]).toEqual([
      ['clientId', 'must not be empty'],
    ]);
  });
  it('stand where the form looks for them, those of a list beside those of its rows', () => {
    const nested = nestedErrors(
      new Map([
        ['scope', 'is too long'],
        ['scope.1.key', 'is wrong'],
      ]),
    );
    expect(nested).toEqual({
      scope: { type: 'contract', message: 'is too long', 1: { key: { type: 'contract', message: 'is wrong' } } },
    });
  });
});
