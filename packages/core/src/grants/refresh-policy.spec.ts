import { describe, expect, it } from '@jest/globals';
import { backoffSeconds, defaultMinTtlSeconds, expiresAt, missingScopes } from './refresh-policy.js';

describe('when a token ends', () => {
  const sentAt = new Date('2026-01-01T00:00:00.000Z');
  it('counts from sending', () => expect(expiresAt(sentAt, 3600)).toEqual(new Date('2026-01-01T01:00:00.000Z')));
  it('is not known where the provider does not tell', () => expect(expiresAt(sentAt, null)).toBeNull());
});

describe('how long to wait after failures', () => {
  it.each([
    [0, 5],
    [1, 5],
    [2, 10],
    [3, 20],
    [4, 40],
    [5, 80],
    [6, 160],
    [7, 300],
    [8, 300],
    [10_000, 300],
  ])('%d failures: %d s', (failures, seconds) => expect(backoffSeconds(failures, 0)).toBe(seconds));

  it('spreads at every step, the longest included', () => {
    for (const failures of [1, 4, 9]) {
      const longest = backoffSeconds(failures, 0);
      expect(backoffSeconds(failures, 0.999)).toBeLessThan(longest * 0.75);
      expect(backoffSeconds(failures, 0.999)).toBeGreaterThanOrEqual(longest * 0.7);
    }
  });

  it.each([0, 0.3, 0.7, 0.999])('is never below Retry-After, an hour at most (random %d)', (random) => {
    for (const asked of [1, 7, 60, 300, 3599, 3600]) {
      const waited = backoffSeconds(1, random, asked);
      expect(waited).toBeGreaterThanOrEqual(asked);
      expect(waited).toBeLessThanOrEqual(3600);
    }
    expect(backoffSeconds(1, random, 86_400)).toBe(3600);
  });

  it('spreads those who were told the same Retry-After', () =>
    expect(backoffSeconds(1, 0.9, 600)).toBeGreaterThan(backoffSeconds(1, 0.1, 600)));

  it('is not shortened by a short Retry-After', () => expect(backoffSeconds(7, 0, 1)).toBe(300));
});

describe('how long a token must still live', () => {
  it.each([
    [null, 10],
    [3600, 10],
    [100, 10],
    [50, 5],
    [1, 0.1],
  ])('of a life of %s s: %d s', (lifetime, seconds) => expect(defaultMinTtlSeconds(lifetime)).toBe(seconds));
});

describe('scopes that were asked for and not given', () => {
  it.each<[string[], string | null, string[]]>([
    [['a', 'b'], null, []],
    [['a', 'b'], 'b a c', []],
    [['a', 'b'], 'a', ['b']],
    [['a', 'b'], '', ['a', 'b']],
    [['repo', 'gist'], 'repo,gist', []],
    [['repo', 'gist'], 'repo, user', ['gist']],
    [['a,b'], 'a,b', []],
    [['A'], 'a', ['A']],
    [[], 'a', []],
  ])('asked %j, given %j: %j', (requested, granted, missing) => expect(missingScopes(requested, granted)).toEqual(missing));
});
