import { describe, expect, it } from '@jest/globals';
import { keyVersionOf, openWith, sealWith } from './sealing.js';

const key = Buffer.alloc(32, 7);
const place = 'v1|assistant|grant|row|field|3';
const plain = Buffer.from('a refresh token');

/** Where format and key version end: they choose the key and are checked by who chooses it. */
const headerBytes = 5;

describe('a sealed value', () => {
  const sealed = sealWith(key, 3, place, plain);

  it('opens with its key at its place, and tells its key’s version', () => {
    expect(openWith(key, place, sealed)).toEqual(plain);
    expect(keyVersionOf(sealed)).toBe(3);
  });

  it('is never the same twice', () => expect(sealWith(key, 3, place, plain)).not.toEqual(sealed));

  it('does not open when any one bit of nonce, tag or text is flipped', () => {
    for (let bit = headerBytes * 8; bit < sealed.length * 8; bit += 1) {
      const flipped = Buffer.from(sealed);
      flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(() => openWith(key, place, flipped)).toThrow();
    }
  });

  it('does not open when anything is cut off or added', () => {
    for (let length = 0; length < sealed.length; length += 1)
      expect(() => openWith(key, place, sealed.subarray(0, length))).toThrow();
    expect(() => openWith(key, place, Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow();
  });

  it('does not open at another place or with another key', () => {
    expect(() => openWith(key, 'v1|assistant|grant|row|field|4', sealed)).toThrow();
    expect(() => openWith(Buffer.alloc(32, 8), place, sealed)).toThrow();
  });

  it('may be empty', () => expect(openWith(key, place, sealWith(key, 3, place, Buffer.alloc(0)))).toHaveLength(0));

  it('does not open with a shortened tag, which would be quick to guess', () => {
    const empty = sealWith(key, 3, place, Buffer.alloc(0));
    for (const length of [15, 12, 8, 4])
      expect(() => openWith(key, place, empty.subarray(0, empty.length - 16 + length))).toThrow();
  });

  it('is told from bytes that are none', () => {
    expect(() => keyVersionOf(Buffer.alloc(0))).toThrow('not a sealed value');
    expect(() => keyVersionOf(sealed.subarray(0, 32))).toThrow('not a sealed value');
    expect(() => keyVersionOf(Buffer.concat([Buffer.of(2), sealed.subarray(1)]))).toThrow('not a sealed value');
  });
});
