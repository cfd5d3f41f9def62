import { describe, expect, it } from '@jest/globals';
import { readGrantSearch, withFilter } from './grants-search.js';

describe('the filters in an address', () => {
  it('are read as the API takes them, also where the address holds a number', () =>
    expect(readGrantSearch({ userPrefix: 42, status: 'failing', refreshTokenEndsWithinDays: '14' })).toEqual({
      userPrefix: '42',
      status: 'failing',
      refreshTokenEndsWithinDays: 14,
    }));

  it('leave out what no filter can be, so that any link opens', () =>
    expect(readGrantSearch({ status: 'held', profile: 'x', tenant: {}, other: 'y', refreshTokenEndsWithinDays: -1 })).toEqual(
      {},
    ));

  it('are set and taken away one by one', () => {
    expect(withFilter({ status: 'active' }, 'tenant', 'acme')).toEqual({ status: 'active', tenant: 'acme' });
    expect(withFilter({ status: 'active', tenant: 'acme' }, 'tenant', '')).toEqual({ status: 'active' });
    expect(withFilter({ status: 'active' }, 'status', null)).toEqual({});
  });
});
