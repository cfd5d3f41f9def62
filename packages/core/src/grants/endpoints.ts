import { type ProfileDefinition, refreshUrlOf } from '../profiles/profile.js';

/** Whether a grant's tokens may go to where the profile refreshes now: only to an origin that they were consented under. */
export function boundOriginsServe(grantOrigins: readonly string[], definition: ProfileDefinition): boolean {
  const url = refreshUrlOf(definition);
  return URL.canParse(url) && grantOrigins.includes(new URL(url).origin);
}
