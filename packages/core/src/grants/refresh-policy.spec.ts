import { describe, expect, it } from '@jest/globals';
import { backoffSeconds, defaultMinTtlSeconds, dueAt, expiresAt, leadSeconds, missingScopes } from './refresh-policy.js';

describe('when a token ends', () => {
  const sentAt = new Date('2026-01-01T00:00:00.000Z');
  it('counts from sending', () => expect(expiresAt(sentAt, 3600)).toEqual(new Date('2026-01-01T01:00:00.000Z')));
  it('is not known where the provider does not tell', () => expect(expiresAt(sentAt, null)).toBeNull());
});

describe('how long before its end a token is refreshed', () => {
  it.each([
    [7, null, 2.8],
    [60, null, 24],
    [75, null, 30],
    [100, null, 30],
    [600, null, 120],
    [3600, null, 600],
    [60 * 86_400, null, 600],
    [null, null, null],
    [null, 60, null],
    [3600, 0, 0],
    [3600, 900, 900],
    [3600, 2_592_000, 1800],
  ])('a life of %s s, set to %s: %s s', (lifetime, setting, lead) =>
    expect(leadSeconds(lifetime, setting)).toEqual(lead === null ? null : expect.closeTo(lead)),
  );

  it('leaves every token at least half its life', () => {
    for (const lifetime of [1, 7, 60, 599, 3600, 86_400])
      for (const setting of [null, 0, 30, 2_592_000]) expect(leadSeconds(lifetime, setting)).toBeLessThanOrEqual(lifetime / 2);
  });
});

describe('when a refresh is due', () => {
  const issued = new Date('2026-01-01T00:00:00.000Z');
  const after = (seconds: number) => new Date(issued.getTime() + seconds * 1000);

  it.each([
    [600, 120, 0, 480],
    [600, 120, 0.5, 468],
    [7, 2.8, 0, 4.2],
    [7, 2.8, 0.5, 3.92],
    [10, 0, 0.9, 10],
    [10, 10, 0.9, 0],
  ])('life %d s, lead %d s, random %d: after %d s', (life, lead, random, expected) =>
    expect(dueAt(issued, after(life), lead, random)).toEqual(after(expected)),
  );

  it('is never later than the lead, nor a fifth of the lead too early', () => {
    for (const random of [0, 0.1, 0.5, 0.999]) {
      const due = dueAt(issued, after(3600), 600, random)?.getTime() ?? 0;
      expect(due).toBeLessThanOrEqual(after(3000).getTime());
      expect(due).toBeGreaterThan(after(2880).getTime());
    }
  });

  it('is not known where no end is', () => expect(dueAt(issued, null, null, 0)).toBeNull());
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
