import { describe, expect, it } from '@jest/globals';
import { changedMembers } from './changed-members.js';

describe('before and after', () => {
  it('hold what differs, by dotted names, with null for what is not there', () => {
    const before = { name: 'a', advanced: { pkce: true, limits: { inFlight: 1 } }, scope: [{ value: 'x' }], same: 1 };
    const after = { name: 'b', advanced: { pkce: true, limits: { inFlight: 2 }, leeway: 3 }, scope: [], same: 1 };
    expect(changedMembers(before, after)).toEqual({
      before: { name: 'a', 'advanced.limits.inFlight': 1, 'advanced.leeway': null, scope: [{ value: 'x' }] },
      after: { name: 'b', 'advanced.limits.inFlight': 2, 'advanced.leeway': 3, scope: [] },
    });
  });

  it('are empty where nothing differs', () => {
    const state = { a: [1, { b: 2 }], c: undefined };
    expect(changedMembers(state, { a: [1, { b: 2 }] })).toEqual({ before: {}, after: {} });
  });
});
