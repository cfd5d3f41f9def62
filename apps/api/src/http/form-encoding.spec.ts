import { describe, expect, it } from '@jest/globals';
import { readFormEncoding } from './form-encoding.js';

describe('a query or form', () => {
  it('is read with escapes and blanks, repeated names as lists', () => {
    expect({ ...readFormEncoding('a=%C3%A9+x&b=1&b=2&c=&d') }).toEqual({ a: 'é x', b: ['1', '2'], c: '', d: '' });
  });

  it.each(['code=x%ff%fe', 'code=x%zz', 'code=x%', 'code=x%4', 'code=x%C3'])('%s never reads as its own text', (text) => {
    const { code } = readFormEncoding(text);
    expect(code).toMatch(/^x.*\uFFFD/);
    expect(code).not.toContain('%');
  });

  it('keeps every one of many fields, so that a repeated name is seen wherever it stands', () => {
    expect(readFormEncoding(`code=1&${'x=1&'.repeat(3000)}code=2`).code).toEqual(['1', '2']);
  });

  it('has no inherited names', () => {
    expect('constructor' in readFormEncoding('a=1')).toBe(false);
    expect(readFormEncoding('__proto__=1').a).toBeUndefined();
  });
});
