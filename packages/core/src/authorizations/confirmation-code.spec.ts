import { describe, expect, it } from '@jest/globals';
import { newConfirmationCode, normaliseConfirmationCode, sameSecret } from './confirmation-code.js';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const bytesOf = (symbols: number[]): Uint8Array => {
  let bits = symbols.reduce((sum, symbol) => sum * 32n + BigInt(symbol), 0n);
  const bytes = new Uint8Array(5);
  for (let index = 4; index >= 0; index--) {
    bytes[index] = Number(bits % 256n);
    bits /= 256n;
  }
  return bytes;
};

describe('a confirmation code', () => {
  it.each([
    [[0, 0, 0, 0, 0], '00000000'],
    [[255, 255, 255, 255, 255], 'ZZZZZZZZ'],
    [[0, 0, 0, 0, 1], '00000001'],
    [[128, 0, 0, 0, 0], 'G0000000'],
  ])('of %j is %s', (bytes, code) => expect(newConfirmationCode(Uint8Array.from(bytes))).toBe(code));

  it('uses all forty bits: every symbol can stand in every place', () => {
    for (let place = 0; place < 8; place++) {
      const seen = Array.from({ length: 32 }, (_, symbol) => {
        const symbols = Array.from({ length: 8 }, (_unused, index) => (index === place ? symbol : 7));
        return newConfirmationCode(bytesOf(symbols))[place];
      });
      expect(seen.join('')).toBe(alphabet);
    }
  });

  it('is made of exactly five random bytes', () => expect(() => newConfirmationCode(new Uint8Array(4))).toThrow(RangeError));

  it('survives being shown and typed', () => {
    for (let seed = 0; seed < 500; seed++) {
      const code = newConfirmationCode(Uint8Array.from({ length: 5 }, (_, index) => (seed * 31 + index * 97 + seed ** 2) % 256));
      expect(normaliseConfirmationCode(` ${code.slice(0, 4).toLowerCase()}-${code.slice(4)} `)).toBe(code);
    }
  });

  it.each([
    ['oO0iIlL1', '00011111'],
    ['abcd efgh', 'ABCDEFGH'],
    ['AB-CD-EF-GH', 'ABCDEFGH'],
    ['ABCD\tEFGH\n', 'ABCDEFGH'],
  ])('typed as %j is read as %s', (typed, code) => expect(normaliseConfirmationCode(typed)).toBe(code));

  it.each(['', 'ABCDEFG', 'ABCDEFGHJ', 'ABCDEFGU', 'ABCDEFG!', 'ABCDEFGÉ', '＀１２３４５６７'])('%j cannot be one', (typed) =>
    expect(normaliseConfirmationCode(typed)).toBeNull(),
  );
});

describe('comparing secrets', () => {
  it.each<[string | Uint8Array, string | Uint8Array, boolean]>([
    ['a', 'a', true],
    ['', '', true],
    ['a', 'b', false],
    ['a', 'aa', false],
    ['a', '', false],
    [Buffer.from('a'), 'a', true],
    [Uint8Array.of(0), Uint8Array.of(0, 0), false],
  ])('%j and %j: %s', (one, other, same) => expect(sameSecret(one, other)).toBe(same));
});
