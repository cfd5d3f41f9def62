import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ApiRequest, type AuthorizedRequest, applyAuthorization } from './apply-authorization.js';
import type { ResolvedRequest } from './resolved-request.js';

const resolved: ResolvedRequest = {
  baseUrl: 'https://acme.example.com/api/?$format=json',
  headers: { Authorization: 'Bearer at', 'X-Field': 'h' },
  query: { lang: 'de en', n: '1' },
  payload: { note: 'p' },
  path: { site: 'a b', id: '7' },
};
const applied = (request: ApiRequest, more: Partial<ResolvedRequest> = {}): AuthorizedRequest => {
  const result = applyAuthorization({ ...resolved, ...more }, request);
  if (typeof result === 'string') throw new Error(result);
  return result;
};

describe('a request to the API with the grant', () => {
  it('is below the base URL; its path is filled and its own query kept', () =>
    expect(applied({ method: 'GET', url: '/v1/{site}/items/:id/x{id}?a=%2B&n=2' })).toEqual({
      method: 'GET',
      url: 'https://acme.example.com/api/v1/a%20b/items/7/x7?$format=json&a=%2B&n=2&lang=de%20en',
      headers: { Authorization: 'Bearer at', 'X-Field': 'h' },
      body: null,
    }));

  it('may be absolute at the same origin, and leaves what it does not know', () =>
    expect(applied({ method: 'GET', url: 'https://acme.example.com/{other}/:other/12:30' }).url).toBe(
      'https://acme.example.com/{other}/:other/12:30?lang=de%20en&n=1',
    ));

  it.each([
    'https://evil.com/',
    'http://acme.example.com/',
    'https://acme.example.com:8443/',
    '//evil.com/',
    '/\\evil.com',
    'https://acme.example.com@evil.com/',
    'x',
    '',
  ])('goes nowhere else: %s', (url) => expect(applyAuthorization(resolved, { method: 'GET', url })).toMatch(/^url: /));

  it('has its JSON object, its form or its text', () => {
    const post = (body?: ApiRequest['body']) => applied({ method: 'POST', url: '/x', body });
    expect(post({ kind: 'json', value: { a: 1, note: 'own' } })).toMatchObject({
      body: '{"a":1,"note":"p"}',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(post({ kind: 'form', value: { a: 'ä&', note: 'own' } })).toMatchObject({
      body: 'a=%C3%A4%26&note=p',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(post({ kind: 'text', value: 'as it is' }).body).toBe('as it is');
    expect(post().body).toBe('{"note":"p"}');
    expect(applyAuthorization(resolved, { method: 'POST', url: '/x', body: { kind: 'json', value: [1] } })).toMatch(/^body: /);
    expect(applied({ method: 'POST', url: '/x', body: { kind: 'json', value: [1] } }, { payload: {} }).body).toBe('[1]');
  });

  it('has the credential, whatever its own header says in whatever case', () =>
    expect(applied({ method: 'GET', url: '/x', headers: { authorization: 'Basic x', accept: 'text/plain' } }).headers).toEqual({
      Authorization: 'Bearer at',
      'X-Field': 'h',
      accept: 'text/plain',
    }));

  it.each([
    ['Host', 'evil'],
    ['connection', 'close'],
    ['Transfer-Encoding', 'chunked'],
    ['X-A', 'a\r\nHost: evil'],
    ['X-A', 'a\u0000'],
    ['X A', 'a'],
    ['', 'a'],
    ['X-Ä', 'a'],
  ])('takes no header %j with %j', (name, value) =>
    expect(applyAuthorization(resolved, { method: 'GET', url: '/x', headers: { [name]: value } })).toMatch(/^headers: /),
  );

  it('makes members of any name, and of nothing more', () => {
    const payload = JSON.parse('{"__proto__": "p", "constructor": "c"}') as Record<string, string>;
    const { body } = applied(
      { method: 'POST', url: '/x', body: { kind: 'json', value: JSON.parse('{"__proto__": {"polluted": 1}}') } },
      { payload },
    );
    expect(body).toBe('{"__proto__":"p","constructor":"c"}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('keeps host, depth and its other parameters, whatever the fields are', () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc.constantFrom('/', '..', '?x=1', '#', '&r=2', '%2f', '\\', 'a=b'),
    );
    fc.assert(
      fc.property(text, (value) => {
        const { url } = applied({ method: 'GET', url: '/v1/{site}/y?r=1' }, { path: { site: value }, query: { q: value } });
        const { origin, pathname, searchParams, hash } = new URL(url);
        expect([origin, hash, searchParams.get('r'), searchParams.get('q')]).toEqual([
          'https://acme.example.com',
          '',
          '1',
          value,
        ]);
        if (value !== '.' && value !== '..') expect(pathname.split('/')).toHaveLength(5);
      }),
      { numRuns: 10_000 },
    );
  });
});
