import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compilePattern } from './field-pattern.js';

const matches = (pattern: string, value: string): boolean => {
  const compiled = compilePattern(pattern);
  if (typeof compiled === 'string') throw new Error(compiled);
  return compiled.matches(value);
};

describe('a field’s pattern', () => {
  it.each([
    ['[0-9]{4}', ['1234'], ['123', '12345', 'a234', '']],
    ['^[0-9]{4,6}$', ['1234', '123456'], ['123', '1234567']],
    ['[a-z]{2,}', ['ab', 'abcdef'], ['a', 'ab1']],
    ['(de|en)-[A-Z]{2}', ['de-DE', 'en-GB'], ['fr-FR', 'de-', 'de-DEU']],
    ['(?:ab)+c?', ['ab', 'ababc'], ['a', 'abcc', '']],
    ['a*', ['', 'aaa'], ['b']],
    ['\\d+\\.\\d{2}', ['1.50'], ['1,50', '1.5']],
    ['[^\\s@]+@[^\\s@]+', ['a@b'], ['a b@c', '@b']],
    ['\\w\\W\\D', ['a-x'], ['aax', 'a-1']],
    ['[\\]\\-a]+|x', [']-a', 'x'], ['b', 'xx']],
    ['[a-]+', ['a-a'], ['b']],
    ['.{2}', ['äö', '😀😀'], ['a', '😀']],
    ['\\$[0-9]', ['$1'], ['1']],
    ['', [''], ['a']],
    ['|a', ['', 'a'], ['b']],
    ['(a|b|)*', ['', 'abba'], ['c']],
  ])('%s is for the whole value', (pattern, good, wrong) => {
    expect(good.filter((value) => !matches(pattern, value))).toEqual([]);
    expect(wrong.filter((value) => matches(pattern, value))).toEqual([]);
  });

  // biome-ignore format: one pattern after the other
  it.each([
    '[', '[a', '(', '(a', 'a)', '*a', 'a**', '{2}', 'a{', 'a{x}', 'a{2,1}', 'a{201}', 'a{1,999}', '\\', '\\b', '(?=a)', '(?<n>a)', '\\1', 'a^b', '[z-a]', 'a{2}{2}',
    '((a{100}){100})', '(a{200}){6}',
  ])('%s is refused in words', (pattern) => expect(compilePattern(pattern)).toEqual(expect.any(String)));

  it('means what it means elsewhere', () => {
    const piece = fc.constantFrom('a', 'b', '[ab]', '[^a]', '\\d', '.', '(a|b)', '(?:ab)');
    const counted = fc.tuple(piece, fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}', '{2,}')).map((both) => both.join(''));
    const pattern = fc.array(counted, { maxLength: 4 }).map((all) => all.join(''));
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[ab1]{0,8}$/), (source, value) => {
        expect(matches(source, value)).toBe(new RegExp(`^(?:${source})$`, 'u').test(value));
      }),
      { numRuns: 3000 },
    );
  });

  it.each(['(a+)+', '(a|a)*', '(a*)*b', '(a|aa)+', '(.*a){12}', 'a{0,200}a{200}'])('%s takes linear time', (pattern) => {
    const value = `${'a'.repeat(999)}!`;
    const from = performance.now();
    expect(matches(pattern, value)).toBe(false);
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});
