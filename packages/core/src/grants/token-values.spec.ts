import { describe, expect, it } from '@jest/globals';
import { keptValues } from './token-values.js';

const nested = (levels: number): Record<string, unknown> => (levels === 0 ? {} : { a: nested(levels - 1) });

describe('what else a provider said', () => {
  it('is kept as it came', () => {
    const members = {
      instance_url: 'https://x.example',
      team: { id: 'T1' },
      list: [1, null, 'x'],
      refresh_token_expires_in: 15_897_600,
    };
    expect(keptValues(members, ['at'])).toEqual(members);
  });

  it.each(['refresh_token', 'refreshToken', 'REFRESH-TOKEN', 'id_token', 'access_token', 'client_secret'])(
    'never holds a member %s, at any depth',
    (name) =>
      expect(keptValues({ [name]: 'canary', a: { [name]: 'canary', b: [{ [name]: 'canary', c: 1 }] } }, [])).toEqual({
        a: { b: [{ c: 1 }] },
      }),
  );

  it('never holds a token under another name', () =>
    expect(keptValues({ rt: 'canary', a: { again: 'canary', list: ['canary', 'x'] }, ok: true }, ['at', 'canary'])).toEqual({
      a: { list: ['x'] },
      ok: true,
    }));

  it('is dropped whole where it is too much', () => {
    expect(keptValues({ a: 'x'.repeat(16_384 - 8) }, [])).not.toEqual({});
    expect(keptValues({ a: 'x'.repeat(16_384 - 7), b: 1 }, [])).toEqual({});
    expect(keptValues({ a: 'é'.repeat(8200) }, [])).toEqual({});
  });

  it('is dropped whole where it is too deep', () => {
    expect(keptValues(nested(15), [])).toEqual(nested(15));
    expect(keptValues(nested(16), [])).toEqual({});
  });
});
