import { describe, expect, it } from '@jest/globals';
import { type RefreshTokenEnd, type RefreshTokenIssue, refreshTokenLife } from './refresh-token-life.js';

const day = 86_400;
const consentedAt = new Date('2026-01-01T00:00:00Z');
const after = (seconds: number, from = consentedAt): Date => new Date(from.getTime() + seconds * 1000);
const atConsent: RefreshTokenIssue = {
  issuedAt: consentedAt,
  consentedAt,
  toldSeconds: null,
  setting: undefined,
  before: null,
  isSame: false,
};
const life = (change: Partial<RefreshTokenIssue>, random = 0) => refreshTokenLife({ ...atConsent, ...change }, random);
const told = (endsAt: Date, noticeAt: Date | null = null): RefreshTokenEnd => ({ endsAt, isTold: true, noticeAt });

describe('when a refresh token ends', () => {
  it.each<[string, Partial<RefreshTokenIssue>, number | null, boolean]>([
    ['is not known where nobody says', {}, null, false],
    ['is as told with it', { toldSeconds: 90 * day }, 90 * day, true],
    ['is so long after its last use', { issuedAt: after(day), setting: { idle: 30 * day } }, 31 * day, false],
    ['is so long after the consent', { issuedAt: after(day), setting: { absolute: 365 * day } }, 365 * day, false],
    ['is the earlier of both', { issuedAt: after(day), setting: { idle: 30 * day, absolute: 10 * day } }, 10 * day, false],
    ['is told rather than supposed', { toldSeconds: 100 * day, setting: { idle: day } }, 100 * day, true],
    ['is never later than the absolute life', { toldSeconds: 100 * day, setting: { absolute: day } }, day, false],
    ['stays as told where the token goes on', { before: told(after(50 * day)), isSame: true }, 50 * day, true],
    ['is not that of another token', { before: told(after(50 * day)) }, null, false],
  ])('%s', (_what, change, seconds, isTold) =>
    expect(life(change).end ?? null).toEqual(
      seconds === null ? null : expect.objectContaining({ endsAt: after(seconds), isTold }),
    ),
  );
});

describe('when its end is forecast', () => {
  it.each([
    [365 * day, 358 * day],
    [30 * day, 27 * day],
    [day, 0.9 * day],
  ])('of a life of %d s after %d s', (seconds, notice) =>
    expect(life({ toldSeconds: seconds }).end?.noticeAt).toEqual(after(notice)),
  );

  it('is once for one end, however often that is told', () => {
    const before = told(after(10 * day));
    expect(life({ issuedAt: after(9 * day), toldSeconds: day + 8, before }).end?.noticeAt).toBeNull();
    expect(life({ issuedAt: after(9 * day), toldSeconds: 10 * day, before }).end?.noticeAt).not.toBeNull();
  });
});

describe('when a refresh token must be used lest it end idle', () => {
  it.each<[string, Partial<RefreshTokenIssue>, number | null]>([
    ['a fifth of its life before its end', { setting: { idle: 10 * day } }, 8 * day],
    ['at most ten days before', { toldSeconds: 100 * day }, 90 * day],
    ['not for an end that a use does not move', { setting: { absolute: day } }, null],
    ['not where the absolute life is over first', { setting: { idle: 10 * day, absolute: 9 * day } }, null],
    [
      'not again where the last use did not move it',
      { issuedAt: after(day), toldSeconds: 9 * day, before: told(after(10 * day)) },
      null,
    ],
    ['again where it did', { issuedAt: after(day), toldSeconds: 10 * day, before: told(after(10 * day)) }, 9 * day],
    [
      'also right after the last use, where each one counts',
      { issuedAt: after(5), setting: { idle: 3600 }, before: told(after(3600)) },
      5 + 2880,
    ],
  ])('%s', (_what, change, seconds) => expect(life(change).dueAt).toEqual(seconds === null ? null : after(seconds)));

  it('is always before the end is forecast', () => {
    for (const toldSeconds of [60, 3600, day, 30 * day, 3650 * day]) {
      const { end, dueAt } = life({ toldSeconds });
      expect(dueAt?.getTime()).toBeLessThan(end?.noticeAt?.getTime() ?? 0);
    }
  });
});
