import { randomInt } from 'node:crypto';
import type { Advanced } from '@grantkeeper/contracts/profiles/http';
import { backoffSeconds, dueAt, leadSeconds } from '@grantkeeper/core/grants/refresh-policy';
import {
  earliest,
  type RefreshTokenEnd,
  type RefreshTokenIssue,
  refreshTokenLife,
} from '@grantkeeper/core/grants/refresh-token-life';

/** How long a fault that only people mend is left alone before the provider is asked again. */
export const configurationSeconds = 300;

const grain = 1_000_000;
const chance = (): number => randomInt(grain) / grain;

/** In how many seconds a refresh is tried again after one more failure. */
export function nextTrySeconds({ failures }: { failures: number }, retryAfterSeconds?: number): number {
  return backoffSeconds(failures + 1, chance(), retryAfterSeconds);
}

/** When a token is refreshed before its end, or before the refresh token ends idle; spread so that tokens issued together do not come back together. */
export function refreshTimes(
  refreshToken: Omit<RefreshTokenIssue, 'setting'>,
  expiresAt: Date | null,
  { refreshLeadSeconds, refreshTokenLifetimeSeconds: setting }: Advanced,
): { dueAt: Date | null; refreshEnd: RefreshTokenEnd | null } {
  const { issuedAt } = refreshToken;
  const lifetimeSeconds = expiresAt === null ? null : (expiresAt.getTime() - issuedAt.getTime()) / 1000;
  const byAccessToken = dueAt(issuedAt, expiresAt, leadSeconds(lifetimeSeconds, refreshLeadSeconds ?? null), chance());
  const life = refreshTokenLife({ ...refreshToken, setting }, chance());
  return { dueAt: earliest(byAccessToken, life.dueAt), refreshEnd: life.end };
}
