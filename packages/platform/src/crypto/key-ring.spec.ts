import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { KeyRing } from './key-ring.js';

const key = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const canary = 'Y2FuYXJ5LWtleS1ieXRlcw==';

describe('the key ring', () => {
  it('has the first key as its current one and finds every older one by its name', () => {
    const ring = KeyRing.read(`now:${key(1)},before:${key(2)}`);
    expect(ring.current).toEqual({ id: 'now', key: Buffer.alloc(32, 1) });
    expect(ring.find('before')?.key).toEqual(Buffer.alloc(32, 2));
    expect(ring.find('never')).toBeUndefined();
    expect(ring.all.map(({ id }) => id)).toEqual(['now', 'before']);
  });

  it('is read from a file with a key a line', () => {
    const folder = mkdtempSync(join(tmpdir(), 'gk-ring-'));
    const path = join(folder, 'ring');
    writeFileSync(path, `now:${key(1)}\r\n\nbefore:${key(2)}\n`);
    try {
      expect(KeyRing.read(`file:${path}`).all.map(({ id }) => id)).toEqual(['now', 'before']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    ['holds nothing', '', /holds no key/],
    ['holds blanks only', ' ,\n, ', /holds no key/],
    ['has a key that is too short', `now:${canary}`, /entry 1: the key must be 32 bytes in base64/],
    [
      'has a key that is too long',
      `now:${key(1)},old:${Buffer.alloc(33).toString('base64')}`,
      /entry 2: the key must be 32 bytes/,
    ],
    ['has a key that is not base64', `now:${'!'.repeat(44)}`, /entry 1: the key must be 32 bytes/],
    ['has a key with one wrong character', `now:!${key(1)}`, /entry 1: the key must be 32 bytes/],
    ['has a key without a name', key(1), /entry 1: the key's name/],
    ['has a name that is no name', `a b:${key(1)}`, /entry 1: the key's name/],
    ['has something after a key', `now:${key(1)}:${canary}`, /entry 1/],
    ['names a key twice', `now:${key(1)},now:${key(2)}`, /twice/],
  ])('is refused when it %s', (_what, setting, reason) => expect(() => KeyRing.read(setting)).toThrow(reason));

  it('names the place of a wrong entry, never what it holds', () => {
    for (const setting of [`now:${canary}`, `${canary}:${key(1)}`, canary]) {
      expect(() => KeyRing.read(setting)).toThrow(/^(?!.*Y2Fu)/s);
    }
  });
});
