import { describe, expect, it } from '@jest/globals';
import { mergeIntoQuery } from './authorization-request.js';

const params: [string, string][] = [
  ['a', 'b c'],
  ['state', 'x&y=z+'],
];
const added = 'a=b%20c&state=x%26y%3Dz%2B';

describe('adding parameters to an authorization URL', () => {
  it.each([
    ['https://id.example/authorize', '?'],
    ['https://id.example/authorize?', ''],
    ['https://id.example/authorize?owner=user', '&'],
    ['https://id.example/authorize?owner=user&', ''],
    ['https://id.example/authorize?$format=json&x=%7e%2F+%20/:@', '&'],
    ['https://id.example/authorize?flag', '&'],
    ['https://id.example/authorize?a=1&a=2;b', '&'],
    ['https://ID.example:443/a%2fb/../c?é=%zz', '&'],
  ])('leaves %s byte for byte', (url, separator) => expect(mergeIntoQuery(url, params)).toBe(url + separator + added));

  it('keeps a fragment last', () =>
    expect(mergeIntoQuery('https://id.example/a?x=1#wechat?y', params)).toBe(`https://id.example/a?x=1&${added}#wechat?y`));

  it('adds nothing where there is nothing to add', () =>
    expect(mergeIntoQuery('https://id.example/a?', [])).toBe('https://id.example/a?'));

  it('lets no value leave its place', () => {
    const nasty = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code)).join('');
    const url = mergeIntoQuery('https://id.example/a?x=1', [
      [nasty, nasty],
      ['state', 's'],
    ]);
    expect([...new URL(url).searchParams]).toEqual([
      ['x', '1'],
      [nasty, nasty],
      ['state', 's'],
    ]);
    expect(url.slice('https://id.example/a?x=1'.length)).toMatch(/^[A-Za-z0-9%&=*._-]+$/);
  });
});
