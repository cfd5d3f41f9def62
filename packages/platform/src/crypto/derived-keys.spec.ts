import { describe, expect, it } from '@jest/globals';
import { credentialHash, derivedKeys } from './derived-keys.js';
import { KeyRing } from './key-ring.js';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const hex = (keys: Buffer[]): string[] => keys.map((one) => one.toString('hex'));

describe('derived keys', () => {
  const ring = KeyRing.read(`old:${key(2)}`);
  const rotated = KeyRing.read(`new:${key(1)},old:${key(2)}`);

  it('are the same at every start, and 256 bits', () => {
    expect(hex(derivedKeys(ring, 'sign-in'))).toEqual(hex(derivedKeys(KeyRing.read(`old:${key(2)}`), 'sign-in')));
    expect(derivedKeys(ring, 'sign-in')[0]).toHaveLength(32);
  });

  it('still hold the one from before a rotation, after the new one', () =>
    expect(hex(derivedKeys(rotated, 'sign-in'))[1]).toBe(hex(derivedKeys(ring, 'sign-in'))[0]));

  it('differ by purpose, and from the master key', () => {
    const [one] = hex(derivedKeys(ring, 'sign-in'));
    expect(one).not.toBe(hex(derivedKeys(ring, 'sign-out'))[0]);
    expect(one).not.toBe(ring.current.key.toString('hex'));
  });
});

describe('a credential’s hash', () => {
  it('is its SHA-256, as it has been stored since the first version', () =>
    expect(credentialHash('abc').toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'));
});
