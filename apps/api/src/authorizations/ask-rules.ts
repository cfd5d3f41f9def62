import { createHmac } from 'node:crypto';
import type { IdentityCheck } from '@grantkeeper/contracts/profiles/http';
import { ReturnUrlNotRegistered, VerifierRequired } from '@grantkeeper/core/authorizations/authorizations.errors';
import { canonicalJson } from '@grantkeeper/core/profiles/merge-patch';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';

/** What an ask for a sign-in link says beside whom it is for. */
export interface SignInAsk {
  displayName: string | null;
  returnUrl: string | null;
  verifierChallenge: string | null;
  fields: Record<string, string>;
  context: Record<string, unknown>;
}

/** How the person is checked, and where the browser goes afterwards: a verifier selects `return`, a return URL must be registered exactly. */
export function checkAsk(
  ask: SignInAsk,
  definition: ProfileDefinition,
): { identityCheck: IdentityCheck; returnUrl: string | null } {
  const identityCheck = ask.verifierChallenge === null ? definition.identityCheck : 'return';
  if (identityCheck === 'return' && ask.verifierChallenge === null) throw new VerifierRequired();
  const registered = definition.advanced.returnUrls ?? [];
  if (ask.returnUrl !== null && !registered.includes(ask.returnUrl)) throw new ReturnUrlNotRegistered();
  const returnUrl = ask.returnUrl ?? (registered.length === 1 ? (registered[0] as string) : null);
  if (identityCheck === 'return' && returnUrl === null) throw new ReturnUrlNotRegistered();
  return { identityCheck, returnUrl };
}

/** Two asks with the same hash are the same ask and share a link. Keyed, because a field may be a PIN that could be guessed from a plain hash. */
export function askHash(ask: SignInAsk, key: Buffer): Buffer {
  const { displayName, returnUrl, verifierChallenge, fields, context } = ask;
  return createHmac('sha256', key)
    .update(canonicalJson([displayName, returnUrl, verifierChallenge, fields, context]))
    .digest();
}
