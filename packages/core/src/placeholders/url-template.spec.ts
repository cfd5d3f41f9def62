import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isFault, type Part, parsePlaceholders } from './placeholder.js';
import { fillUrl, type UrlTemplate, urlTemplate } from './url-template.js';
import type { Values } from './values.js';

const templateOf = (url: string): UrlTemplate => {
  const template = urlTemplate(parsePlaceholders(url) as Part[]);
  if (isFault(template)) throw new Error(`${template.placeholder} ${template.message}`);
  return template;
};
const values = (more: Partial<Values> = {}, fields: Record<string, string> = {}): Values => ({
  tenant: 'acme',
  context: {},
  userId: 'user 1',
  accessToken: null,
  random: () => 'RANDOM',
  ...more,
  fields: new Map(Object.entries(fields)),
});
const fill = (url: string, given: Values, list: string[] = []) => fillUrl(templateOf(url), given, list);
const withKey = (url: string, key: string, list?: string[]) => fill(url, values({}, { key }), list);

describe('what stands around a placeholder', () => {
  it.each([
    [
      'https://platform.example.com/sap/opu/odata/sap/{{authfield1}}/?$format=json',
      'https://platform.example.com/sap/opu/odata/sap/API_1/?$format=json',
    ],
    ['https://{tenant}.service-now.com/api/now/v1/table/incident', 'https://acme.service-now.com/api/now/v1/table/incident'],
    ['https://Example.COM:8443/%7e/a;b=c//./x?a=%2B&&b&c=d+e&', 'https://Example.COM:8443/%7e/a;b=c//./x?a=%2B&&b&c=d+e&'],
    ['https://eu-{tenant}.api.example.co.uk', 'https://eu-acme.api.example.co.uk'],
    ['https://x.example.com?a={{user.id}}&b=({tenant})', 'https://x.example.com?a=user%201&b=(acme)'],
    ['http://127.0.0.1:5000/{tenant}/authorize', 'http://127.0.0.1:5000/acme/authorize'],
    ["https://x.example.com/Products('{{authfield1}}')/$count", "https://x.example.com/Products('API_1')/$count"],
    ['https://x.example.com/{{context.a.b}}/{{context.n}}?r={{random}}', 'https://x.example.com/c%20d/7?r=RANDOM'],
  ])('of %s survives byte for byte', (url, filled) =>
    expect(fill(url, values({ context: { a: { b: 'c d' }, n: 7 } }, { authfield1: 'API_1' }))).toBe(filled),
  );
});

describe('where a placeholder stands', () => {
  it.each([
    ['https://{{key}}.shop.example/', 'host label'],
    ['https://a.{{key}}.b.example.com/', 'host label'],
    ['https://{{key}}', 'whole host'],
    ['https://{{key}}/x', 'whole host'],
    ['https://{{key}}:8443/x', 'whole host'],
    ['https://{{key}}.com/', 'whole host'],
    ['https://login.{{key}}.com/', 'whole host'],
    ['https://accounts.zoho.{{key}}/', 'whole host'],
    ['https://{{key}}.co.uk/', 'whole host'],
    ['https://a.example.com/{{key}}', 'path segment'],
    ['https://a.example.com/x-{{key}}-y/z', 'path segment'],
    ['https://a.example.com/?a={{key}}', 'query value'],
    ['https://a.example.com?a=b&c=d={{key}}', 'query value'],
  ])('in %s is a %s', (url, place) => expect(templateOf(url).placed.map((one) => one.place)).toEqual([place]));

  it.each([
    '{{key}}://a.example.com/',
    'https{{key}}://a.example.com/',
    'https:/{{key}}/',
    '{{key}}',
    'https://a.example.com:{{key}}/',
    'https://{{key}}@a.example.com/',
    'https://a:{{key}}@a.example.com/',
    'https://a.example.com{{key}}@b.example.com/',
    'https://a.example.com/?{{key}}=a',
    'https://a.example.com/?a=b&{{key}}',
    'https://a.example.com/?x{{key}}y=a',
    'https://[{{key}}]/',
    'ftp://{{key}}.example.com/',
  ])('cannot be in %s', (url) =>
    expect(urlTemplate(parsePlaceholders(url) as Part[])).toMatchObject({
      code: 'placeholder_misplaced',
      placeholder: '{{key}}',
    }),
  );
});

describe('a value that would leave its place is refused, with the input that it came with', () => {
  // biome-ignore format: one spelling after the other
  const strangeHosts = [
    'evil.com/', 'x.evil.com#', 'evil.com?', 'evil.com\\', 'a@b', 'a:1', 'a.b', '', '-a', 'a-', 'a'.repeat(64), 'ä', 'а', 'a b', 'a\r\nb', 'a\u0000',
    '\u202eacme', 'a\u200db', '%2e', '%00', '。', 'ａ', '[', '..', '{tenant}', '{{random}}',
  ];
  it.each(strangeHosts)('%j as a label of the host', (tenant) =>
    expect(fill('https://{tenant}.service-now.com/x', values({ tenant }))).toMatchObject({
      input: 'tenant',
      placeholder: '{tenant}',
      code: 'not_a_host_label',
    }),
  );

  it.each(['a/b', '..', '.', '', 'a\\b', '\n', '\u0000', '%2e%2e', '..%2f', '%2F', '%252f'])(
    '%j as a segment of the path',
    (key) =>
      expect(
        withKey('https://a.example.com/x/{{key}}/y', 'key', []) && withKey('https://a.example.com/x/{{key}}/y', key),
      ).toMatchObject({ input: 'fields.key', code: 'not_a_segment' }),
  );

  it('%2e beside a dot, or a dot beside a dot', () => {
    expect(withKey('https://a.example.com/x/.{{key}}/y', '.')).toMatchObject({ code: 'not_a_segment' });
    expect(withKey('https://a.example.com/x/%2e{{key}}/y', '.')).toMatchObject({ code: 'not_a_segment' });
    expect(withKey('https://a.example.com/x/v.{{key}}/y', '.')).toBe('https://a.example.com/x/v../y');
  });

  it.each([
    'evil.com',
    'api.example.com.evil.com',
    'evilexample.org',
    'example.org',
    'api.example.com.',
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '[::1]',
    'localhost',
    'api.example.com:8443',
    'api.example.com/',
    'a@api.example.com',
    'api.example.com#',
    '169.254.169.254',
    'api.example。com',
    '',
  ])('%j as a whole host that the list does not hold', (key) =>
    expect(withKey('https://{{key}}/x', key, ['api.example.com', '*.example.org'])).toMatchObject({
      input: 'fields.key',
      code: expect.stringMatching(/^(not_a_host|host_not_allowed)$/),
    }),
  );

  it.each(['api.example.com', 'API.example.com', 'eu.example.org', 'a.b.example.org'])('but %s, which it holds', (key) =>
    expect(withKey('https://{{key}}/x', key, ['api.example.com', '*.example.org'])).toBe(`https://${key}/x`),
  );

  it('an address, also where the list would hold it', () => {
    expect(withKey('https://{{key}}/x', '127.0.0.1', ['127.0.0.1'])).toMatchObject({ code: 'not_a_host' });
    expect(withKey('https://{{key}}.0.0.1/x', '127', ['127.0.0.1'])).toMatchObject({ code: 'not_a_host' });
  });

  it.each([
    ['{tenant}', { tenant: null }, 'tenant'],
    ['{{other}}', {}, 'fields.other'],
    ['{{context.a}}', { context: {} }, 'context.a'],
    ['{{context.a}}', { context: { a: {} } }, 'context.a'],
    ['{{context.a}}', { context: { a: null } }, 'context.a'],
    ['{{context.a}}', { context: 'a' }, 'context.a'],
    ['{{context.toString}}', { context: {} }, 'context.toString'],
    ['{{context.a.length}}', { context: { a: 'text' } }, 'context.a.length'],
    ['{{token.access_token}}', {}, 'token'],
    ['{{captured.a}}', {}, 'captured'],
  ])('%s without a value', (placeholder, more, input) =>
    expect(fill(`https://a.example.com/?x=${placeholder}`, values(more as Partial<Values>))).toMatchObject({
      input,
      code: 'required',
    }),
  );

  it('broken Unicode anywhere', () =>
    expect(withKey('https://a.example.com/?x={{key}}', '\ud800')).toMatchObject({ code: 'not_text' }));
});

describe('no value whatever changes the host, the depth of the path or another parameter', () => {
  const runs = { numRuns: 10_000 };
  const special = fc.constantFrom(
    '/',
    '\\',
    '..',
    '.',
    '%2f',
    '%2e',
    '?',
    '#',
    '&',
    '=',
    '@',
    ':',
    ';',
    '\r\n',
    '\u0000',
    '\u202e',
    '。',
    '{{key}}',
    '{tenant}',
    'evil.com',
    '//',
    '+',
    ' ',
    '%',
  );
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.array(fc.oneof(special, fc.string({ maxLength: 8 })), { maxLength: 6 }).map((all) => all.join('')),
  );
  const url = 'https://pre-{{key}}.shop.example.com:8443/a/{{key}}/b-{{key}}-c/?q={{key}}&r=1&s=x{{key}}y&t=%2B';
  const onlyPath = 'https://api.example.com/a/{{key}}/b-{{key}}-c/?q={{key}}&r=1&s=x{{key}}y&t=%2B';
  const depth = (text: string) => new URL(text).pathname.split('/').length;

  it('in a URL with a label, segments and parameters', () => {
    let filled = 0;
    fc.assert(
      fc.property(fc.oneof(value, fc.stringMatching(/^[a-z0-9-]{1,20}$/)), (key) => {
        const result = withKey(url, key);
        if (typeof result !== 'string') return;
        filled += 1;
        const { hostname, port, protocol, username, hash } = new URL(result);
        expect([hostname, port, protocol, username, hash]).toEqual([
          `pre-${key.toLowerCase()}.shop.example.com`,
          '8443',
          'https:',
          '',
          '',
        ]);
        expect(hostname.split('.')).toHaveLength(4);
        expect(depth(result)).toBe(5);
      }),
      runs,
    );
    expect(filled).toBeGreaterThan(1000);
  });

  it('in a URL with segments and parameters: each is read back as it was given', () => {
    let filled = 0;
    fc.assert(
      fc.property(value, (key) => {
        const result = withKey(onlyPath, key);
        if (typeof result !== 'string') return;
        filled += 1;
        const { origin, pathname, searchParams, hash } = new URL(result);
        expect([origin, hash]).toEqual(['https://api.example.com', '']);
        expect(pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', key, `b-${key}-c`, '']);
        expect([...searchParams]).toEqual([
          ['q', key],
          ['r', '1'],
          ['s', `x${key}y`],
          ['t', '+'],
        ]);
      }),
      runs,
    );
    expect(filled).toBeGreaterThan(1000);
  });

  it('in a whole host: it stays within the list', () => {
    const list = ['api.example.com', '*.example.org'];
    const hosts = fc.oneof(
      value,
      value.map((one) => `${one}.example.org`),
      value.map((one) => `api.example.com${one}`),
    );
    fc.assert(
      fc.property(hosts, (key) => {
        const result = withKey('https://{{key}}/x', key, list);
        if (typeof result !== 'string') return;
        const { hostname, pathname, port } = new URL(result);
        expect(hostname === 'api.example.com' || hostname.endsWith('.example.org')).toBe(true);
        expect([pathname, port]).toEqual(['/x', '']);
      }),
      runs,
    );
  });
});
