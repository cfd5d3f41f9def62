import type { BlastRadius } from '@grantkeeper/contracts/profiles/http';
import { grantedToOf, originsOf, type ProfileDefinition, type RevisedProfile } from '../profiles/profile.js';
import { boundOriginsServe } from './endpoints.js';
import { boundOriginsServeApi } from './resolved-request.js';

/** So many living grants that are bound alike. */
export interface GrantsBoundAlike {
  origins: string[];
  clientId: string;
  /** Whether they serve all users. */
  forEveryone: boolean;
  /** Whether they work, or wait for a new consent already. */
  work: boolean;
  grants: number;
}

type Why = BlastRadius['because'][number]['reason'];

/** What a revision would touch: how many grants go on working, how many need a new consent for it, and why. */
export function blastRadius(before: ProfileDefinition, revised: RevisedProfile, bound: readonly GrantsBoundAlike[]): BlastRadius {
  const { definition, changed, clearsSecret } = revised;
  const known = originsOf(before);
  const because = new Map<Why, number>();
  const tally = { goOn: 0, needConsent: 0, needConsentAlready: 0 };
  for (const { grants, work, ...binding } of bound) {
    const reason = whyNot(binding, definition);
    if (!work) tally.needConsentAlready += grants;
    else if (reason === null) tally.goOn += grants;
    else {
      tally.needConsent += grants;
      because.set(reason, (because.get(reason) ?? 0) + grants);
    }
  }
  return {
    changed,
    addedOrigins: originsOf(definition).filter((origin) => !known.includes(origin)),
    clearsClientSecret: clearsSecret,
    grants: tally,
    because: [...because].map(([reason, grants]) => ({ reason, grants })),
  };
}

/** Why grants of this binding could not be refreshed or handed out; null where they can. */
function whyNot(
  { origins, clientId, forEveryone }: Omit<GrantsBoundAlike, 'work' | 'grants'>,
  definition: ProfileDefinition,
): Why | null {
  if (forEveryone !== (grantedToOf(definition) === 'everyone')) return 'granted_to_changed';
  if (clientId !== definition.clientId) return 'client_changed';
  return boundOriginsServe(origins, definition) && boundOriginsServeApi(origins, definition) ? null : 'endpoints_changed';
}
