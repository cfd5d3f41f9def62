import { describe, expect, it } from '@jest/globals';
import { authorsOfOrigins } from './origin-authors.js';
import type { ProfileDefinition } from './profile.js';

const revision = (by: string, ...hosts: [string, ...string[]]) => {
  const [token, revocation] = hosts.map((host) => `https://${host}.example/x`);
  const advanced = revocation === undefined ? {} : { revocationUrl: revocation };
  return { by, definition: { tokenUrl: token, refreshUrl: null, advanced } as unknown as ProfileDefinition };
};

describe('who brought in the origins of a profile', () => {
  it.each<[string, ReturnType<typeof revision>[], string[]]>([
    ['nobody, where they are those of the first revision', [revision('ann', 'a'), revision('bob', 'a')], []],
    ['whoever added one', [revision('ann', 'a'), revision('bob', 'b')], ['bob']],
    [
      'whoever added one, also when others have revised the profile since',
      [revision('ann', 'a'), revision('bob', 'b'), revision('ann', 'b')],
      ['bob'],
    ],
    [
      'each who added one of several',
      [revision('ann', 'a'), revision('bob', 'a', 'b'), revision('cid', 'c', 'b')],
      ['bob', 'cid'],
    ],
    ['not those whose origins are gone again', [revision('ann', 'a'), revision('bob', 'b'), revision('cid', 'a')], ['cid']],
    [
      'whoever brought one back, and not who had it before',
      [revision('ann', 'a'), revision('bob', 'b'), revision('ann', 'a'), revision('cid', 'b')],
      ['cid'],
    ],
  ])('is %s', (_what, revisions, authors) => expect(authorsOfOrigins(revisions)).toEqual(authors));
});
