const firstBackoffSeconds = 5;
const longestBackoffSeconds = 300;
const longestRetryAfterSeconds = 3600;
const longestLeadSeconds = 600;

/** When an access token ends, counted from the moment of sending: the provider counts from a later one. */
export function expiresAt(sentAt: Date, expiresInSeconds: number | null): Date | null {
  return expiresInSeconds === null ? null : new Date(sentAt.getTime() + expiresInSeconds * 1000);
}

/**
 * How long before a token's end its refresh is due: 20 % of its life, at least 30 s (of a short life 40 %), at most 10 min; or as the profile says, but no
 * more than half the life, so that no token is refreshed while it is young. Null where no end is known.
 */
export function leadSeconds(lifetimeSeconds: number | null, setting: number | null): number | null {
  if (lifetimeSeconds === null) return null;
  if (setting !== null) return Math.min(setting, lifetimeSeconds / 2);
  return Math.min(longestLeadSeconds, Math.max(0.2 * lifetimeSeconds, Math.min(30, 0.4 * lifetimeSeconds)));
}

/** When a refresh is due: the lead before the end, or up to a fifth of the lead earlier by `random` in [0, 1), so that tokens issued together are not refreshed together. Never later, never before its issue. */
export function dueAt(issuedAt: Date, endsAt: Date | null, lead: number | null, random: number): Date | null {
  if (endsAt === null || lead === null) return null;
  return new Date(Math.max(issuedAt.getTime(), endsAt.getTime() - lead * (1 + 0.2 * random) * 1000));
}

/** How long to wait after so many failures in a row: 5 s doubling to 5 min, up to 30 % less by `random` in [0, 1), never below Retry-After (an hour at most). */
export function backoffSeconds(failures: number, random: number, retryAfterSeconds = 0): number {
  const longest = Math.min(longestBackoffSeconds, firstBackoffSeconds * 2 ** Math.max(0, failures - 1));
  const asked = Math.min(longestRetryAfterSeconds, retryAfterSeconds * (1 + random / 10));
  return Math.max(longest * (1 - 0.3 * random), asked);
}

/** How long a token must still live to be handed out where the runtime does not say: 10 s, or a tenth of a short life. */
export function defaultMinTtlSeconds(lifetimeSeconds: number | null): number {
  return lifetimeSeconds === null ? 10 : Math.min(10, lifetimeSeconds / 10);
}

/** Scopes asked for and not given. No word from the provider means: all given (RFC 6749 section 5.1). */
export function missingScopes(requested: readonly string[], granted: string | null): string[] {
  if (granted === null) return [];
  const spaced = granted.split(/\s+/);
  const given = new Set([...spaced, ...spaced.flatMap((scope) => scope.split(','))]); // some providers answer with commas
  return requested.filter((scope) => !given.has(scope));
}
