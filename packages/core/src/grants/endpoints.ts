import { type ProfileDefinition, refreshUrlOf } from '../profiles/profile.js';
import { originPattern } from '../profiles/profile-urls.js';

/** Whether a grant's tokens may go to where the profile refreshes now: only to an origin that they were consented under. */
export function boundOriginsServe(grantOrigins: readonly string[], definition: ProfileDefinition): boolean {
  const origin = originPattern(definition, refreshUrlOf(definition));
  return origin !== null && grantOrigins.includes(origin);
}
