import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SecretSearch } from './secret-search.js';

const secret = 'c4n4ry-9vD>~?e/+é-token';
const search = new SecretSearch({ token: [secret] });

describe('a search for secrets', () => {
  it.each(Array.from({ length: 9 }, (_, before) => ({ before, after: 8 - before })))(
    'finds a secret inside base64 and base64url, $before bytes from the beginning',
    ({ before, after }) => {
      const whole = Buffer.concat([randomBytes(before), Buffer.from(secret), randomBytes(after)]);
      for (const encoding of ['base64', 'base64url'] as const)
        expect(search.in('here', whole.toString(encoding))).not.toEqual([]);
    },
  );

  it('finds it as it is, in hex of both cases, at the beginning, in the middle and at the end of any bytes', () => {
    const hex = Buffer.from(secret).toString('hex');
    for (const written of [secret, hex, hex.toUpperCase()]) {
      const bytes = Buffer.from(written);
      for (const place of [
        [bytes],
        [randomBytes(999), bytes],
        [bytes, randomBytes(5)],
        [Buffer.alloc(4, 0xff), bytes, randomBytes(70_000)],
      ])
        expect(search.in('here', Buffer.concat(place))).toHaveLength(1);
    }
  });

  it('tells the name, the spelling and the place, never the secret', () => {
    expect(search.in('a log', `token=${secret}`)).toEqual([{ secret: 'token', spelling: 'as it is', place: 'a log' }]);
  });

  it('finds nothing where it is cut or changed by one character, and nothing in noise', () => {
    expect(search.in('here', secret.slice(1))).toEqual([]);
    expect(search.in('here', secret.slice(0, -1))).toEqual([]);
    expect(search.in('here', secret.replace('9', '8'))).toEqual([]);
    expect(search.in('here', randomBytes(1_000_000))).toEqual([]);
  });

  it('refuses to look for nothing, or for something so short that it may occur by chance', () => {
    expect(() => new SecretSearch({ codes: [] })).toThrow('nothing to look for: codes');
    expect(() => new SecretSearch({ pin: ['1234'] })).toThrow('too short to be looked for: pin');
  });
});
