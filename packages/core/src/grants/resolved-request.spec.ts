import { newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Values } from '../placeholders/values.js';
import { fillFields } from '../profiles/authorization-fields.js';
import { defineProfile, originsOf, reviseDefinition } from '../profiles/profile.js';
import { resolveRequest } from './resolved-request.js';

const body = {
  type: 'oauth2',
  name: 'ServiceNow',
  identityProvider: 'ServiceNow',
  clientId: 'client',
  clientSecret: 'secret',
  authorizationUrl: 'https://id.example.com/authorize',
  tokenUrl: 'https://id.example.com/token',
  tenancy: { enabled: true, url: 'https://{tenant}.service-now.com' },
  additionalFields: [
    { key: 'pin', secret: true },
    { key: 'memo', required: false },
  ],
};
const errorsOf = (authorizationFields: unknown, more: Record<string, unknown> = {}): string[] => {
  const parsed = newProfileSchema.safeParse({ ...body, ...more, authorizationFields });
  if (!parsed.success) return [...new Set(parsed.error.issues.map(({ path }) => `${path.join('.')} invalid`))];
  return defineProfile(parsed.data, null).errors.map(({ path, code }) => `${path} ${code}`);
};
const definitionOf = (authorizationFields: unknown, more: Record<string, unknown> = {}) =>
  defineProfile(newProfileSchema.parse({ ...body, ...more, authorizationFields }), null).definition;
const values = (
  more: Partial<Values> = {},
  fields: Record<string, string> = { pin: '1234', memo: '' },
): Values & { accessToken: string } => ({
  tenant: 'acme',
  context: { lang: 'de' },
  userId: 'user 1',
  random: () => 'RANDOM',
  ...more,
  accessToken: 'at-1',
  fields: new Map(Object.entries(fields)),
});
const header = (value: string, key = 'X-Field') => ({ fieldType: 'header', key, value });

describe('authorization fields', () => {
  it('of all four types are filled, each where it goes', () => {
    const definition = definitionOf(
      [
        header('{tenant}/{{pin}}'),
        header('Zoho-oauthtoken {{token.access_token}}', 'authorization'),
        { fieldType: 'payload', key: 'note', value: '{{user.id}}\n{{memo}}' },
        { fieldType: 'query', key: 'lang', value: '{{context.lang}}' },
        { fieldType: 'path', key: 'site', value: 'site-{{pin}}' },
      ],
      { advanced: { apiBaseUrl: 'https://api.example.com/{{site}}/{tenant}/?$format=json' } },
    );
    expect(resolveRequest(definition, values(), 'Bearer')).toEqual({
      baseUrl: 'https://api.example.com/site-1234/acme/?$format=json',
      headers: { 'X-Field': 'acme/1234', authorization: 'Zoho-oauthtoken at-1' },
      payload: { note: 'user 1\n' },
      query: { lang: 'de' },
      path: { site: 'site-1234' },
    });
  });

  it('leave the bearer header where none of them is it', () =>
    expect(resolveRequest(definitionOf([header('a')]), values(), 'Bearer')).toMatchObject({
      baseUrl: 'https://acme.service-now.com',
      headers: { Authorization: 'Bearer at-1', 'X-Field': 'a' },
    }));

  // biome-ignore format: one row after the other
  it.each<[unknown, string[]]>([
    [[{ fieldType: 'cookie', key: 'a', value: 'b' }], ['authorizationFields.0.fieldType invalid']],
    [[header('')], ['authorizationFields.0.value invalid']],
    [[header('a'.repeat(4001))], ['authorizationFields.0.value invalid']],
    [[{ ...header('a'), more: 1 }], ['authorizationFields.0 invalid']],
    [[header('a', '')], ['authorizationFields.0.key invalid']],
    [[header('a', 'X Field')], ['authorizationFields.0.key invalid']],
    [[header('a', 'X:Field')], ['authorizationFields.0.key invalid']],
    [[header('a', 'X\r\nY')], ['authorizationFields.0.key invalid']],
    [[header('a', 'Ä')], ['authorizationFields.0.key invalid']],
    [[header('a', 'X\u202e')], ['authorizationFields.0.key invalid']],
    [['Host', 'connection', 'Keep-Alive', 'TE', 'Trailer', 'Transfer-Encoding', 'Upgrade', 'Content-Length', 'Proxy-Authorization', 'Proxy-Connection', 'Expect', '__proto__'].map((key) => header('a', key)),
      Array.from({ length: 12 }, (_, index) => `authorizationFields.${index}.key invalid`)],
    [[header('a\r\nX-Evil: 1')], ['authorizationFields.0.value does_not_fit']],
    [[header('a\u0000')], ['authorizationFields.0.value invalid']],
    [[header('é')], ['authorizationFields.0.value does_not_fit']],
    [[header(' a')], ['authorizationFields.0.value does_not_fit']],
    [[header('Bearer other', 'Authorization')], ['authorizationFields.0.value not_applicable']],
    [[header('a'), header('b', 'x-field')], ['authorizationFields.1.key invalid']],
    [[header('a', 'k'), { fieldType: 'query', key: 'k', value: 'a' }], ['authorizationFields.1.key invalid']],
    [[{ fieldType: 'payload', key: '__proto__', value: 'a' }], ['authorizationFields.0.key invalid']],
    [[{ fieldType: 'path', key: 'a b', value: 'a' }], ['authorizationFields.0.key invalid']],
    [[{ fieldType: 'path', key: 'tenant', value: 'a' }], ['authorizationFields.0.key invalid']],
    [[{ fieldType: 'path', key: 'a', value: 'a/b' }], ['authorizationFields.0.value does_not_fit']],
    [[{ fieldType: 'path', key: 'a', value: '..' }], ['authorizationFields.0.value does_not_fit']],
    [[{ fieldType: 'path', key: 'a', value: '{{memo}}' }], ['authorizationFields.0.value placeholder_not_allowed']],
    [[{ fieldType: 'query', key: 'a', value: '{{memo}}' }], []],
    [[header('{{captured.a}}')], ['authorizationFields.0.value not_supported']],
    [[header('{{other}}')], ['authorizationFields.0.value placeholder_unknown']],
    [[header('{"a": 1}')], ['authorizationFields.0.value placeholder_unknown']],
    [[header('{{pin')], ['authorizationFields.0.value placeholder_unclosed']],
    [Array.from({ length: 51 }, (_, index) => header('a', `x-${index}`)), ['authorizationFields invalid']],
    [Array.from({ length: 10_000 }, (_, index) => header('a', `x-${index}`)), ['authorizationFields invalid']],
    ['none', ['authorizationFields invalid']],
  ])('%j', (fields, errors) => expect(errorsOf(fields)).toEqual(errors));

  it('use the tenant only where there are any', () =>
    expect(errorsOf([header('{tenant}')], { tenancy: { enabled: false } })).toEqual(['authorizationFields.0.value tenancy_off']));

  it.each<[string, Partial<Values>, Record<string, string>, string]>([
    ['a line break from the runtime', { context: { lang: 'de\r\nX-Evil: 1' } }, { pin: '1', memo: '' }, 'context.lang'],
    ['nothing from the runtime', { context: {} }, { pin: '1', memo: '' }, 'context.lang'],
    ['a field that nobody was asked for', {}, { memo: '' }, 'fields.pin'],
    ['a slash in a segment', {}, { pin: '../..', memo: '' }, 'fields.pin'],
  ])('name the input that does not fit: %s', (_what, more, fields, input) => {
    const definition = definitionOf([header('{{context.lang}}'), { fieldType: 'path', key: 'p', value: '{{pin}}' }]);
    expect(fillFields(definition, values(more, fields))).toEqual([expect.objectContaining({ input })]);
  });

  it('never let a value become another header, a member of the prototype, or a way up the path', () => {
    const definition = definitionOf([
      header('a {{context.v}} b'),
      { fieldType: 'path', key: 'p', value: '{{context.v}}' },
      { fieldType: 'payload', key: 'constructor', value: '{{context.v}}' },
      { fieldType: 'query', key: 'q', value: '{{context.v}}' },
    ]);
    const hostile = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom('\r\nHost: evil', '__proto__', '../x', '%2e%2e', 'a\u0000b', '{{pin}}'),
      fc.string({ maxLength: 10 }),
    );
    fc.assert(
      fc.property(hostile, (v) => {
        const filled = fillFields(definition, values({ context: { v } }));
        if (Array.isArray(filled)) return;
        expect(Object.keys(filled.headers)).toEqual(['X-Field']);
        expect(filled.headers['X-Field']).toMatch(/^a [\t\x20-\x7e]* b$/);
        expect(filled.path.p).toBe(v);
        expect(new URL(`https://a.example/x/${encodeURIComponent(v)}/y`).pathname.split('/')).toHaveLength(4);
        expect(Object.hasOwn(filled.payload, 'constructor')).toBe(true);
        expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('a path field that fills a URL', () => {
  const path = (value: string) => [{ fieldType: 'path', key: 'site', value }];
  it.each<[string, string, string[]]>([
    ['https://a.example.com/{{site}}/', 'main', []],
    ['https://{{site}}.example.com/', '{tenant}', []],
    ['https://a.example.com/{{site}}/', '{{context.a}}', ['tokenUrl placeholder_not_allowed']],
    ['https://{{site}}.example.com/', '{{pin}}', ['tokenUrl placeholder_not_allowed']],
    ['https://{{site}}.example.com/', '{{user.id}}', ['tokenUrl placeholder_not_allowed']],
    ['https://a.example.com/{{site}}/', '{{token.access_token}}', ['tokenUrl placeholder_not_allowed']],
    ['https://{{site}}/', 'evil.com', ['tokenUrl host_allow_list_required']],
  ])('%s by %s', (tokenUrl, value, errors) => expect(errorsOf(path(value), { tokenUrl })).toEqual(errors));

  it('binds the origin that it makes, so that another one clears the secret', () => {
    const more = { tokenUrl: 'https://{{site}}.example.com/t', tenancy: undefined };
    const definition = definitionOf(path('main'), more);
    expect(originsOf(definition)).toEqual(['https://main.example.com']);
    const revised = reviseDefinition(
      { name: 'n', definition, secretSet: true, nextSecretSet: false },
      { authorizationFields: [{ fieldType: 'path', key: 'site', value: 'evil' }] },
      null,
    );
    expect(revised).toMatchObject({ clearsSecret: true, changed: ['authorizationFields', 'clientSecret'] });
  });
});
