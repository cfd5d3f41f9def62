import type { RefreshProvider } from '@grantkeeper/contracts/refresh/http';
import { writtenOrigin } from './provider-origin.js';

/** How often refreshes at one profile ended in one way. */
export interface CountedOutcome {
  profileId: string;
  assistantId: string;
  name: string;
  tokenUrl: string;
  clientId: string;
  outcome: string;
  count: number;
  lastAt: Date;
}

/** Adds up the outcomes of profiles that share a token origin and a client id, the busiest first. */
export function refreshesByProvider(outcomes: readonly CountedOutcome[], refreshed: string): RefreshProvider[] {
  const groups = new Map<string, CountedOutcome[]>();
  for (const one of outcomes) {
    const key = `${writtenOrigin(one.tokenUrl) ?? one.tokenUrl} ${one.clientId}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()]
    .map((group) => providerOf(group, refreshed))
    .sort((one, other) => total(other) - total(one) || one.origin.localeCompare(other.origin));
}

function providerOf(group: readonly CountedOutcome[], refreshedOutcome: string): RefreshProvider {
  const [{ tokenUrl, clientId }] = group as [CountedOutcome];
  const failures = group.filter(({ outcome }) => outcome !== refreshedOutcome);
  const refreshed = sum(group.filter(({ outcome }) => outcome === refreshedOutcome));
  const failed = [...new Set(failures.map(({ outcome }) => outcome))]
    .map((failure) => ({ failure, count: sum(failures.filter(({ outcome }) => outcome === failure)) }))
    .sort((one, other) => other.count - one.count || one.failure.localeCompare(other.failure));
  const last = failures.reduce<CountedOutcome | null>(
    (latest, one) => (latest && latest.lastAt >= one.lastAt ? latest : one),
    null,
  );
  const ended = refreshed + sum(failures);
  const profiles = new Map(group.map(({ profileId, assistantId, name }) => [profileId, { id: profileId, assistantId, name }]));
  return {
    origin: writtenOrigin(tokenUrl) ?? tokenUrl,
    clientId,
    profiles: [...profiles.values()].sort((one, other) => one.name.localeCompare(other.name)),
    refreshed,
    failed,
    successRatio: ended === 0 ? null : refreshed / ended,
    lastFailure: last && { failure: last.outcome, at: last.lastAt.toISOString() },
  };
}

const sum = (outcomes: readonly { count: number }[]): number => outcomes.reduce((all, { count }) => all + count, 0);
const total = ({ refreshed, failed }: RefreshProvider): number => refreshed + sum(failed);
