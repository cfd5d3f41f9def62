import type { GrantView } from '@grantkeeper/contracts/grants/http';

/** The grant as it stood when a refresh was asked for, and when that was. */
export interface AskedRefresh {
  tokenVersion: number;
  lastFailureAt: string | null;
  at: number;
}

export type RefreshOutcome = 'under-way' | 'refreshed' | 'failed' | 'reconnect' | 'ended' | 'late';

/** After this long the page no longer looks every second. */
const patienceMs = 60_000;

/** What came of a refresh that was asked for, as far as the grant tells it. */
export function refreshOutcome(asked: AskedRefresh, grant: GrantView, now: number): RefreshOutcome {
  if (grant.status === 'ended') return 'ended';
  if (grant.tokenVersion > asked.tokenVersion) return 'refreshed';
  if (grant.status === 'reconnect_required') return 'reconnect';
  if (grant.lastFailureAt !== null && grant.lastFailureAt !== asked.lastFailureAt) return 'failed';
  return now - asked.at > patienceMs ? 'late' : 'under-way';
}
