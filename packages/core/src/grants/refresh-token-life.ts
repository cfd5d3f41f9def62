import type { RefreshTokenLifetime } from '@grantkeeper/contracts/profiles/http';
import { dueAt } from './refresh-policy.js';

const daySeconds = 86_400;
const longestNoticeSeconds = 7 * daySeconds;
const longestLeadSeconds = 10 * daySeconds;

/** What is known of a refresh token's end. */
export interface RefreshTokenEnd {
  endsAt: Date;
  /** The provider told it; else it is reckoned from the profile's settings. */
  isTold: boolean;
  /** When the end is forecast; null once that has been done. */
  noticeAt: Date | null;
}

/** A token answer, as far as it bears on the refresh token's life. */
export interface RefreshTokenIssue {
  /** When the request was sent: the provider counts from a later moment. */
  issuedAt: Date;
  consentedAt: Date;
  /** What the answer said. */
  toldSeconds: number | null;
  setting: RefreshTokenLifetime | undefined;
  /** What was known of the token that was sent; null at a consent. */
  before: RefreshTokenEnd | null;
  /** Whether the token that was sent goes on. */
  isSame: boolean;
}

/**
 * When a refresh token ends: as the provider told with it, else the profile's `idle` seconds after its last use; never later than `absolute` seconds
 * after the consent. A token that goes on keeps the end that was told of it. `dueAt` is when it must be used so that it does not end by lying idle:
 * 20 % of its life before, at most 10 days; null where a use would not move its end. `random` in [0, 1) spreads it as in dueAt.
 */
export function refreshTokenLife(issue: RefreshTokenIssue, random: number): { end: RefreshTokenEnd | null; dueAt: Date | null } {
  const { issuedAt, consentedAt, toldSeconds, setting, before, isSame } = issue;
  const rolling = laterBy(issuedAt, toldSeconds ?? setting?.idle);
  const goesOn = rolling === null && isSame && before?.isTold === true ? before.endsAt : null;
  const fixed = laterBy(consentedAt, setting?.absolute);
  const endsAt = earliest(rolling, goesOn, fixed);
  if (endsAt === null) return { end: null, dueAt: null };

  const lifeSeconds = Math.max(0, (endsAt.getTime() - issuedAt.getTime()) / 1000);
  const hasMoved = before === null || Math.abs(endsAt.getTime() - before.endsAt.getTime()) > toleranceMs(lifeSeconds);
  const isRolling = endsAt === rolling && (toldSeconds === null || hasMoved);
  const noticeAt = hasMoved
    ? new Date(endsAt.getTime() - Math.min(longestNoticeSeconds, 0.1 * lifeSeconds) * 1000)
    : before.noticeAt;
  const isTold = endsAt === goesOn || (endsAt === rolling && toldSeconds !== null);
  const lead = Math.min(longestLeadSeconds, 0.2 * lifeSeconds);
  return { end: { endsAt, isTold, noticeAt }, dueAt: isRolling ? dueAt(issuedAt, endsAt, lead, random) : null };
}

/** One end that is told twice as what is left of it differs by the time that the answers took. */
function toleranceMs(lifeSeconds: number): number {
  return Math.min(20, 0.05 * lifeSeconds) * 1000;
}

function laterBy(from: Date, seconds: number | undefined): Date | null {
  return seconds === undefined ? null : new Date(from.getTime() + seconds * 1000);
}

/** The earliest of those that are known. */
export function earliest(...instants: readonly (Date | null)[]): Date | null {
  return instants.reduce((first, next) => (next !== null && (first === null || next < first) ? next : first), null);
}
