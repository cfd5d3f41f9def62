import { describe, expect, it } from '@jest/globals';
import { namePlace, pageOf, readCursor } from './cursor.js';

const view = (name: string) => name;
const placeOf = (name: string) => ({ name });

describe('a page', () => {
  it('leads to the next one by the place of its last item, and the last page to none', () => {
    const page = pageOf(['a', 'b', 'c'], 2, placeOf, view);
    expect(page.items).toEqual(['a', 'b']);
    expect(readCursor(namePlace, page.nextCursor ?? undefined)).toEqual({ name: 'b' });
    expect(pageOf(['a', 'b'], 2, placeOf, view).nextCursor).toBeNull();
    expect(pageOf([], 2, placeOf, view)).toEqual({ items: [], nextCursor: null });
  });

  it('takes no cursor that is not its own', () => {
    const other = pageOf(['a', 'b'], 1, () => ({ number: 1 }), view).nextCursor ?? '';
    for (const cursor of ['', 'x', other, Buffer.from('{"name":"a","x":1}').toString('base64url')]) {
      expect(() => readCursor(namePlace, cursor)).toThrow('Some fields are wrong');
    }
    expect(readCursor(namePlace, undefined)).toBeNull();
  });
});
