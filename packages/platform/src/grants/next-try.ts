import { randomInt } from 'node:crypto';
import type { Advanced } from '@grantkeeper/contracts/profiles/http';
import { backoffSeconds, dueAt, leadSeconds } from '@grantkeeper/core/grants/refresh-policy';

/** How long a fault that only people mend is left alone before the provider is asked again. */
export const configurationSeconds = 300;

const grain = 1_000_000;
const chance = (): number => randomInt(grain) / grain;

/** In how many seconds a refresh is tried again after one more failure. */
export function nextTrySeconds({ failures }: { failures: number }, retryAfterSeconds?: number): number {
  return backoffSeconds(failures + 1, chance(), retryAfterSeconds);
}

/** When a token is refreshed before its end, spread so that tokens issued together do not come back together. */
export function refreshDueAt(issuedAt: Date, expiresAt: Date | null, { refreshLeadSeconds }: Advanced): Date | null {
  const lifetimeSeconds = expiresAt === null ? null : (expiresAt.getTime() - issuedAt.getTime()) / 1000;
  return dueAt(issuedAt, expiresAt, leadSeconds(lifetimeSeconds, refreshLeadSeconds ?? null), chance());
}
