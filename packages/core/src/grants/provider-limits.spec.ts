import { describe, expect, it } from '@jest/globals';
import type { SendOutcome } from './answer-class.js';
import { grownRate, isRateLimited, lookBackSeconds, shareOf, TokenBucket, taughtRate, vitalityOf } from './provider-limits.js';

describe('a worker’s part of a limit', () => {
  it.each([
    [20, 1, [20]],
    [20, 3, [7, 7, 6]],
    [1, 3, [1, 0, 0]],
    [2, 2, [1, 1]],
    [1000, 7, [143, 143, 143, 143, 143, 143, 142]],
  ])('%d for %d workers: %j', (limit, members, parts) =>
    expect(Array.from({ length: members }, (_, rank) => shareOf(limit, { members, rank }))).toEqual(parts),
  );

  it('does not shrink when one that came before leaves, so that the parts never make more than the whole, whoever knows first', () => {
    for (let limit = 1; limit <= 60; limit += 1) {
      for (let members = 2; members <= 9; members += 1) {
        for (let rank = 1; rank < members; rank += 1)
          expect(shareOf(limit, { members: members - 1, rank: rank - 1 })).toBeGreaterThanOrEqual(
            shareOf(limit, { members, rank }),
          );
      }
    }
  });
});

describe('the rate that a 429 teaches', () => {
  it.each([
    ['nine tenths of what was answered', [200, 1, 1, null], 180],
    ['over all workers', [100, 1, 2, null], 180],
    ['over as long as the provider says to wait', [60, 60, 1, null], 0.9],
    ['at most four fifths of the rate that was kept to', [200, 1, 1, 100], 80],
    ['half of it where nothing was answered', [0, 1, 1, 100], 50],
    ['one a second where nothing is known', [0, 1, 1, null], 1],
    ['never less than one a minute', [0, 1, 1, 0.02], 1 / 60],
  ] as const)('is %s', (_what, [answered, seconds, members, current], rate) =>
    expect(taughtRate(answered, seconds, members, current)).toBeCloseTo(rate, 10),
  );

  it('looks back as far as Retry-After, a minute at most', () =>
    expect([undefined, 0, 0.2, 7.5, 60, 3600].map(lookBackSeconds)).toEqual([1, 1, 1, 8, 60, 60]));

  it('grows by a tenth in ten seconds, and is forgotten after ten minutes', () => {
    expect(grownRate(100, 0)).toBe(100);
    expect(grownRate(100, 10)).toBeCloseTo(110);
    expect(grownRate(100, 60)).toBeCloseTo(177.16, 1);
    expect(grownRate(100, 600)).toBeNull();
    expect(grownRate(100, -1)).toBe(100);
  });
});

describe('a bucket', () => {
  it.each([0.5, 1, 3, 7.5, 200, 5000])('lets %d through in a second, and never more in any', (perSecond) => {
    const bucket = new TokenBucket(perSecond);
    const taken: number[] = [];
    const secondMs = Math.max(1, 1 / perSecond) * 1000;
    for (let now = 0; now < 10 * secondMs; now += 1) {
      while (bucket.secondsToNext(now) === 0) {
        bucket.take(now);
        taken.push(now);
      }
    }
    const most = Math.max(1, Math.ceil(perSecond));
    const close = taken.filter((at, index) => (taken[index + most] ?? Number.POSITIVE_INFINITY) - at < secondMs);
    expect(close).toEqual([]);
    expect(taken.length).toBeGreaterThan(9 * Math.min(1, perSecond) * most * 0.9);
  });

  it('says when the next is there, also after those who did not wait', () => {
    const bucket = new TokenBucket(1);
    for (let call = 0; call < 3; call += 1) bucket.take(0);
    expect(bucket.secondsToNext(0)).toBeCloseTo(3 / 0.98);
    expect(bucket.secondsToNext(3_100)).toBe(0);
  });

  it('keeps no more than its new rate lets it', () => {
    const bucket = new TokenBucket(5000);
    expect(bucket.secondsToNext(0)).toBe(0);
    bucket.setRate(1, 0);
    bucket.take(0);
    expect(bucket.secondsToNext(0)).toBeGreaterThan(1);
  });
});

const answer = (status: number, error = ''): SendOutcome => ({
  kind: 'answer',
  status,
  answer: { kind: 'error', status, error },
});

describe('an outcome says of the provider', () => {
  it.each<[SendOutcome, boolean, string]>([
    [answer(429), true, 'up'],
    [answer(400, 'slow_down'), true, 'up'],
    [answer(200, 'ratelimited'), true, 'up'],
    [answer(400, 'invalid_grant'), false, 'up'],
    [answer(401, 'invalid_client'), false, 'up'],
    [answer(500), false, 'down'],
    [answer(503), false, 'down'],
    [{ kind: 'not-sent', reason: 'connect' }, false, 'down'],
    [{ kind: 'not-sent', reason: 'dns' }, false, 'down'],
    [{ kind: 'not-sent', reason: 'tls' }, false, 'down'],
    [{ kind: 'not-sent', reason: 'late' }, false, 'unknown'],
    [{ kind: 'not-sent', reason: 'refused_address' }, false, 'unknown'],
    [{ kind: 'no-answer', reason: 'timeout' }, false, 'down'],
    [{ kind: 'no-answer', reason: 'internal' }, false, 'unknown'],
  ])('%j: asked too often %s, it is %s', (outcome, limited, vitality) =>
    expect([isRateLimited(outcome), vitalityOf(outcome)]).toEqual([limited, vitality]),
  );
});
