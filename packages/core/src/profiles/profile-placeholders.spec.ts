import { newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import { defineProfile, originsOf, reviseDefinition } from './profile.js';

const body = {
  type: 'oauth2',
  name: 'ServiceNow',
  identityProvider: 'ServiceNow',
  clientId: 'client',
  clientSecret: 'secret',
  authorizationUrl: 'https://id.example.com/authorize',
  tokenUrl: 'https://id.example.com/token',
};
const tenancy = { enabled: true, url: 'https://{tenant}.service-now.com' };
const pin = { key: 'pin' };

/** Every error as `path code`, of the contract and of the rules for the whole profile. */
const errorsOf = (more: Record<string, unknown>): string[] => {
  const parsed = newProfileSchema.safeParse({ ...body, ...more });
  if (!parsed.success) return [...new Set(parsed.error.issues.map(({ path }) => `${path.join('.')} invalid`))];
  return defineProfile(parsed.data, null).errors.map(({ path, code }) => `${path} ${code}`);
};
const definitionOf = (more: Record<string, unknown> = {}) =>
  defineProfile(newProfileSchema.parse({ ...body, ...more }), null).definition;
const at = (tokenUrl: string, more: Record<string, unknown> = {}) => errorsOf({ tokenUrl, ...more });

describe('placeholders that a profile may hold', () => {
  it.each<[string, Record<string, unknown>]>([
    [
      'the tenant in every URL',
      {
        tenancy,
        authorizationUrl: 'https://{tenant}.a.com/',
        tokenUrl: 'https://t.a.com/{tenant}',
        refreshUrl: 'https://t.a.com/?o={tenant}',
        advanced: { revocationUrl: 'https://{tenant}.a.com/', apiBaseUrl: 'https://api.a.com/{tenant}/' },
      },
    ],
    ['a field, in both spellings', { additionalFields: [pin], tokenUrl: 'https://a.example.com/{pin}/{{pin}}?p={{pin}}' }],
    ['a field as a label', { additionalFields: [pin], tokenUrl: 'https://{{pin}}.example.com/' }],
    [
      'a field as a whole host on a list',
      {
        additionalFields: [pin],
        tokenUrl: 'https://{{pin}}/',
        advanced: { hostAllowList: ['api.example.com', '*.example.org'] },
      },
    ],
    [
      'context, user and chance where nothing secret goes',
      {
        authorizationUrl: 'https://a.example.com/{{context.a}}?u={{user.id}}&r={{random}}',
        advanced: { apiBaseUrl: 'https://a.example.com/{{context.site.id}}' },
      },
    ],
    [
      'a field that may stay empty, as a parameter',
      { additionalFields: [{ ...pin, required: false }], authorizationUrl: 'https://a.example.com/?p={{pin}}' },
    ],
  ])('%s', (_what, more) => expect(errorsOf(more)).toEqual([]));
});

describe('a placeholder that cannot be filled there is an error that names field, placeholder and reason', () => {
  it.each<[string, string[], Record<string, unknown>?]>([
    ['https://{tenant}.service-now.com/', ['tokenUrl tenancy_off']],
    ['https://a.example.com/{{pin}}', ['tokenUrl placeholder_unknown']],
    ['https://a.example.com/{{PIN}}', ['tokenUrl placeholder_unknown'], { additionalFields: [pin] }],
    ['https://a.example.com/{{tenant}}', ['tokenUrl placeholder_unknown'], { tenancy }],
    ['https://a.example.com/{', ['tokenUrl placeholder_unclosed']],
    ['https://a.example.com/{{pin}', ['tokenUrl placeholder_unclosed'], { additionalFields: [pin] }],
    ['https://a.example.com/{}', ['tokenUrl placeholder_unknown']],
    ['https://a.example.com:{{pin}}/', ['tokenUrl placeholder_misplaced'], { additionalFields: [pin] }],
    ['https://a.example.com/?{{pin}}=1', ['tokenUrl placeholder_misplaced'], { additionalFields: [pin] }],
    ['https://{{pin}}/', ['tokenUrl host_allow_list_required'], { additionalFields: [pin] }],
    ['https://{{pin}}.com/', ['tokenUrl host_allow_list_required'], { additionalFields: [pin] }],
    ['https://{{pin}}.co.uk/', ['tokenUrl host_allow_list_required'], { additionalFields: [pin] }],
    ['https://{{pin}}.0.0.1/', ['tokenUrl not_a_host'], { additionalFields: [pin] }],
    ['https://{{pin}}.a_b.example.com/', ['tokenUrl not_a_host'], { additionalFields: [pin] }],
    ['https://{{pin}}.example.com/', ['tokenUrl placeholder_not_allowed'], { additionalFields: [{ ...pin, secret: true }] }],
    ['https://{{pin}}.example.com/', ['tokenUrl placeholder_not_allowed'], { additionalFields: [{ ...pin, required: false }] }],
    [
      'https://a.example.com/{{pin}}/x',
      ['tokenUrl placeholder_not_allowed'],
      { additionalFields: [{ ...pin, required: false }] },
    ],
    ['https://{{context.host}}.example.com/', ['tokenUrl placeholder_not_allowed']],
    ['https://a.example.com/{{context.a}}', ['tokenUrl placeholder_not_allowed']],
    ['https://a.example.com/?a={{context.a}}', ['tokenUrl placeholder_not_allowed']],
    ['https://{{user.id}}.example.com/', ['tokenUrl placeholder_not_allowed']],
    ['https://{{random}}.example.com/', ['tokenUrl placeholder_not_allowed']],
    ['https://a.example.com/{{token.access_token}}', ['tokenUrl placeholder_not_allowed']],
    ['https://a.example.com/{{captured.realmId}}', ['tokenUrl not_supported']],
  ])('%s', (url, errors, more = {}) => expect(at(url, more)).toEqual(errors));

  it('in words', () => {
    const { errors } = defineProfile(newProfileSchema.parse({ ...body, tokenUrl: 'https://a.example.com/{{context.a}}' }), null);
    expect(errors).toEqual([
      {
        path: 'tokenUrl',
        code: 'placeholder_not_allowed',
        message: '{{context.a}} comes from the runtime, which never fills a URL that secrets go to',
      },
    ]);
  });

  it.each(['refreshUrl', 'advanced.revocationUrl'])('the runtime fills no %s either', (path) => {
    const url = 'https://a.example.com/{{context.a}}';
    expect(errorsOf(path === 'refreshUrl' ? { refreshUrl: url } : { advanced: { revocationUrl: url } })).toEqual([
      `${path} placeholder_not_allowed`,
    ]);
  });

  it.each(['authorizationUrl', 'advanced.apiBaseUrl', 'tenancy.url'])('nor a host of %s', (path) => {
    const url = 'https://{{context.a}}.{tenant}.example.com/';
    const more =
      path === 'tenancy.url'
        ? { tenancy: { enabled: true, url } }
        : path === 'authorizationUrl'
          ? { tenancy, [path]: url }
          : { tenancy, advanced: { apiBaseUrl: url } };
    expect(errorsOf(more)).toEqual([`${path} placeholder_not_allowed`]);
  });

  it.each([
    { discoveryUrl: 'https://a.example.com/{tenant}/.well-known/openid-configuration' },
    { returnUrls: ['https://a.example.com/{tenant}'] },
  ])('none stands in %j', (advanced) =>
    expect(errorsOf({ tenancy, advanced })).toEqual([expect.stringMatching(/^advanced\.(discoveryUrl|returnUrls\.0) invalid$/)]),
  );
});

describe('tenancy', () => {
  // biome-ignore format: one form after the other
  it.each<[Record<string, unknown> | string | null, string[]]>([
    [{ enabled: false }, []],
    [{ enabled: false, url: 'https://{tenant}.example.com' }, ['tenancy.url tenancy_off']],
    [{ enabled: true }, ['tenancy.url required']],
    [{ enabled: true, url: 'https://a.example.com' }, ['tenancy.url required']],
    [{ enabled: true, url: '' }, ['tenancy.url invalid']],
    [{ enabled: true, url: 'ftp://{tenant}.example.com' }, ['tenancy.url invalid']],
    [{ enabled: true, url: 'https://a:b@{tenant}.example.com' }, ['tenancy.url invalid']],
    [{ enabled: true, url: 'https://{tenant}.example.com/#x' }, ['tenancy.url invalid']],
    [{ enabled: true, url: 'https://{tenant}.exämple.com/' }, ['tenancy.url invalid']],
    [{ enabled: true, url: `https://{tenant}.example.com/${'a'.repeat(3000)}` }, ['tenancy.url invalid']],
    [{ ...tenancy, allowedTenants: [] }, []],
    [{ ...tenancy, allowedTenants: ['acme', 'evil.com/', 'x.evil.com#', 'Acme', ''] }, ['tenancy.allowedTenants.4 invalid']],
    [{ ...tenancy, allowedTenants: ['acme', 'evil.com/', 'x.evil.com#', 'Acme'] }, ['tenancy.allowedTenants.1 not_a_host_label', 'tenancy.allowedTenants.2 not_a_host_label', 'tenancy.allowedTenants.3 not_a_host_label']],
    [{ ...tenancy, allowedTenants: ['a\r\nb', 'a\u0000', '\u202eacme', ' a', 'a'.repeat(254)] }, [0, 1, 2, 3, 4].map((index) => `tenancy.allowedTenants.${index} invalid`)],
    [{ ...tenancy, allowedTenants: Array.from({ length: 10_000 }, (_, index) => `t${index}`) }, ['tenancy.allowedTenants invalid']],
    [{ ...tenancy, more: 1 }, ['tenancy invalid']],
    ['on', ['tenancy invalid']],
    [null, ['tenancy invalid']],
  ])('%j', (given, errors) => expect(errorsOf({ tenancy: given })).toEqual(errors));
});

describe('additional fields', () => {
  // biome-ignore format: one form after the other
  it.each<[Record<string, unknown>, string[]]>([
    [{ key: 'pin', label: 'PIN', hint: 'On your card', secret: true, required: true, pattern: '[0-9]{4}' }, []],
    [{ key: 'shop', value: 'mine', suffix: '.shop.example', prefix: 'https://', allowedValues: ['mine', 'yours'] }, []],
    [{ key: '' }, ['key invalid']],
    [{ key: 'a b' }, ['key invalid']],
    [{ key: '1a' }, ['key invalid']],
    [{ key: 'tenant' }, ['key invalid']],
    [{ key: 'context' }, ['key invalid']],
    [{ key: '__proto__' }, ['key invalid']],
    [{ key: 'constructor' }, ['key invalid']],
    [{ key: 'a'.repeat(51) }, ['key invalid']],
    [{ key: 'a\u0000' }, ['key invalid']],
    [{ key: 'pin', label: '\u202ePIN' }, ['label invalid']],
    [{ key: 'pin', label: 'a\r\nb' }, ['label invalid']],
    [{ key: 'pin', label: '' }, ['label invalid']],
    [{ key: 'pin', label: 'a'.repeat(101) }, ['label invalid']],
    [{ key: 'pin', hint: 'a'.repeat(501) }, ['hint invalid']],
    [{ key: 'pin', value: 'a\r\nb' }, ['value invalid']],
    [{ key: 'pin', value: '\u2066a' }, ['value invalid']],
    [{ key: 'pin', value: 'a'.repeat(1001) }, ['value invalid']],
    [{ key: 'pin', value: '' }, ['value required']],
    [{ key: 'pin', value: '12', pattern: '[0-9]{4}' }, ['value pattern']],
    [{ key: 'pin', value: 'c', allowedValues: ['a', 'b'] }, ['value not_allowed']],
    [{ key: 'pin', value: 'x', secret: true }, ['value not_applicable']],
    [{ key: 'pin', pattern: '(a+)+(?=b)' }, ['pattern pattern']],
    [{ key: 'pin', pattern: '[' }, ['pattern pattern']],
    [{ key: 'pin', pattern: 'a'.repeat(201) }, ['pattern invalid']],
    [{ key: 'pin', allowedValues: [] }, ['allowedValues invalid']],
    [{ key: 'pin', allowedValues: ['a', 'a'] }, ['allowedValues invalid']],
    [{ key: 'pin', allowedValues: ['a', 'bb'], pattern: 'b+' }, ['allowedValues.0 pattern']],
    [{ key: 'pin', allowedValues: Array.from({ length: 101 }, (_, index) => `v${index}`) }, ['allowedValues invalid']],
    [{ key: 'pin', prefix: '' }, ['prefix invalid']],
    [{ key: 'pin', suffix: 'a\u0000' }, ['suffix invalid']],
    [{ key: 'pin', required: 'yes' }, ['required invalid']],
    [{ key: 'pin', colour: 'red' }, [' invalid']],
  ])('%j', (field, errors) =>
    expect(errorsOf({ additionalFields: [field] })).toEqual(errors.map((error) => `additionalFields.0${error.startsWith(' ') ? '' : '.'}${error}`)));

  it('have a key once, and are at most 50', () => {
    expect(errorsOf({ additionalFields: [pin, pin] })).toEqual(['additionalFields.1.key invalid']);
    expect(errorsOf({ additionalFields: Array.from({ length: 50 }, (_, index) => ({ key: `k${index}` })) })).toEqual([]);
    expect(errorsOf({ additionalFields: Array.from({ length: 10_000 }, (_, index) => ({ key: `k${index}` })) })).toEqual([
      'additionalFields invalid',
    ]);
  });

  it('have a default that fits where it goes', () =>
    expect(
      errorsOf({ additionalFields: [{ key: 'shop', value: 'evil.com/' }], tokenUrl: 'https://{{shop}}.example.com/' }),
    ).toEqual(['additionalFields.0.value not_a_host_label']));
});

describe('hosts that a placeholder may become', () => {
  it.each([
    '',
    'example',
    'EXAMPLE.com',
    'a b.com',
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '[::1]',
    'example.com:443',
    'https://example.com',
    '*',
    '*.com',
    '*.com.*',
    'exa*mple.com',
    'example.com.',
    'é.com',
    '\u202eexample.com',
    `${'a'.repeat(64)}.com`,
  ])('%j is none', (host) =>
    expect(errorsOf({ advanced: { hostAllowList: [host] } })).toEqual(['advanced.hostAllowList.0 invalid']),
  );
  it.each(['*.co.uk', '*.com.au'])('%s is everybody’s', (host) =>
    expect(errorsOf({ advanced: { hostAllowList: [host] } })).toEqual(['advanced.hostAllowList.0 too_wide']),
  );
  it('are at most 100', () =>
    expect(errorsOf({ advanced: { hostAllowList: Array.from({ length: 101 }, (_, index) => `h${index}.example.com`) } })).toEqual(
      ['advanced.hostAllowList invalid'],
    ));
});

describe('the origins that secrets are bound to', () => {
  const current = (more: Record<string, unknown>) => ({
    name: body.name,
    definition: definitionOf(more),
    secretSet: true,
    nextSecretSet: false,
  });
  const clears = (before: Record<string, unknown>, patch: Record<string, unknown>) =>
    reviseDefinition(current(before), patch, null).clearsSecret;

  it('keep the placeholders of their hosts, and name every host of the list', () => {
    expect(
      originsOf(
        definitionOf({
          tenancy,
          tokenUrl: 'https://{tenant}.id.example.com:443/t',
          advanced: { apiBaseUrl: 'https://api.example.com/{tenant}' },
        }),
      ),
    ).toEqual(['https://api.example.com', 'https://{tenant}.id.example.com']);
    expect(
      originsOf(
        definitionOf({
          additionalFields: [pin],
          tokenUrl: 'https://{pin}:8443/t',
          advanced: { hostAllowList: ['a.example.com', '*.example.org'] },
        }),
      ),
    ).toEqual(['https://*.example.org:8443', 'https://a.example.com:8443', 'https://{{pin}}:8443']);
  });

  it.each<[string, Record<string, unknown>, Record<string, unknown>, boolean]>([
    ['a tenant on a host', {}, { tenancy, tokenUrl: 'https://{tenant}.evil.com/' }, true],
    ['another suffix', { tenancy, tokenUrl: 'https://{tenant}.example.com/' }, { tokenUrl: 'https://{tenant}.evil.com/' }, true],
    [
      'another path',
      { tenancy, tokenUrl: 'https://{tenant}.example.com/' },
      { tokenUrl: 'https://{tenant}.example.com/v2' },
      false,
    ],
    [
      'another spelling',
      { additionalFields: [pin], tokenUrl: 'https://{pin}.example.com/' },
      { tokenUrl: 'https://{{pin}}.example.com/' },
      false,
    ],
    [
      'a host more on the list',
      { additionalFields: [pin], tokenUrl: 'https://{pin}/', advanced: { hostAllowList: ['a.example.com'] } },
      { advanced: { hostAllowList: ['a.example.com', 'evil.com'] } },
      true,
    ],
    ['a base of the API elsewhere', {}, { advanced: { apiBaseUrl: 'https://evil.com/' } }, true],
    ['a tenancy elsewhere', {}, { tenancy: { enabled: true, url: 'https://{tenant}.evil.com' } }, true],
  ])('%s', (_what, before, patch, cleared) => expect(clears(before, patch)).toBe(cleared));
});

describe('revising tenancy and fields', () => {
  it('merges tenancy, replaces the list, and names what changed', () => {
    const definition = definitionOf({ tenancy: { ...tenancy, allowedTenants: ['acme'] }, additionalFields: [pin] });
    const revise = (patch: Record<string, unknown>) =>
      reviseDefinition({ name: body.name, definition, secretSet: true, nextSecretSet: false }, patch, null);
    expect(revise({ tenancy: { allowedTenants: null } })).toMatchObject({ changed: ['tenancy'], definition: { tenancy } });
    expect(revise({ tenancy: null })).toMatchObject({ changed: ['tenancy'], definition: { tenancy: undefined } });
    expect(revise({ additionalFields: null })).toMatchObject({
      changed: ['additionalFields'],
      definition: { additionalFields: undefined },
    });
    expect(revise({ additionalFields: [pin], tenancy: { enabled: true } }).changed).toEqual([]);
  });
});
