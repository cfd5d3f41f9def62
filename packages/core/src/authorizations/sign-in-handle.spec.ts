import { describe, expect, it } from '@jest/globals';
import { readSignInHandle, signInHandle } from './sign-in-handle.js';

const id = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const key = Buffer.alloc(32, 1);
const older = Buffer.alloc(32, 2);
const handle = signInHandle(id, key);

describe('a sign-in handle', () => {
  it('is the same for the same authorization, so that asking again gives the same link', () =>
    expect(signInHandle(id, key)).toBe(handle));
  it('fits into a URL', () => expect(handle).toMatch(/^[A-Za-z0-9_-]{43}$/));
  it('leads back to its authorization', () => expect(readSignInHandle(handle, [key])).toBe(id));
  it('does not depend on the case of the id', () => expect(signInHandle(id.toUpperCase(), key)).toBe(handle));
  it('outlives a change of keys while the old one is kept', () => expect(readSignInHandle(handle, [older, key])).toBe(id));
  it('ends with its key', () => expect(readSignInHandle(handle, [older])).toBeNull());
  it('is nothing without keys', () => expect(readSignInHandle(handle, [])).toBeNull());

  it('cannot be altered in any single bit', () => {
    const bytes = Buffer.from(handle, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(readSignInHandle(altered.toString('base64url'), [key, older])).toBeNull();
    }
  });

  it('has one spelling only', () => {
    const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const spellings = [...last]
      .map((char) => handle.slice(0, -1) + char)
      .filter((spelling) => readSignInHandle(spelling, [key]) !== null);
    expect(spellings).toEqual([handle]);
  });

  it.each(['', id, `${handle}=`, ` ${handle}`, handle.slice(1), `${handle}A`, `${handle.slice(0, -1)}+`, `${handle}\n`])(
    '%j is none',
    (text) => expect(readSignInHandle(text, [key])).toBeNull(),
  );
});
