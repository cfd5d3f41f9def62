import { randomInt } from 'node:crypto';
import { backoffSeconds } from '@grantkeeper/core/grants/refresh-policy';

/** How long a fault that only people mend is left alone before the provider is asked again. */
export const configurationSeconds = 300;

const grain = 1_000_000;

/** In how many seconds a refresh is tried again after one more failure. */
export function nextTrySeconds({ failures }: { failures: number }, retryAfterSeconds?: number): number {
  return backoffSeconds(failures + 1, randomInt(grain) / grain, retryAfterSeconds);
}
