import { type ProfileDefinition, refreshUrlOf } from '../profiles/profile.js';
import { originPattern, originsOfUrl } from '../profiles/profile-urls.js';

/** Whether a grant's tokens may go to where the profile refreshes now: only to an origin that they were consented under. */
export function boundOriginsServe(grantOrigins: readonly string[], definition: ProfileDefinition): boolean {
  const origin = originPattern(definition, refreshUrlOf(definition));
  return origin !== null && grantOrigins.includes(origin);
}

/**
 * Whether a filled URL leads to an origin that tokens were consented under. Where a placeholder fills the whole host, its pattern alone does not say: the
 * host list and a field's default are the profile's of today, so the host itself must be one of those that the grant is bound to.
 */
export function boundOriginsReach(
  grantOrigins: readonly string[],
  definition: ProfileDefinition,
  template: string,
  filled: string,
): boolean {
  const [, ...listed] = originsOfUrl(definition, template);
  const { origin } = new URL(filled);
  return listed.length === 0 || grantOrigins.some((bound) => isWithin(bound, origin));
}

/** `https://*.example.com` is every origin below it. */
function isWithin(bound: string, origin: string): boolean {
  const [before = '', below] = bound.split('*', 2);
  return below === undefined ? bound === origin : origin.startsWith(before) && origin.endsWith(below);
}
