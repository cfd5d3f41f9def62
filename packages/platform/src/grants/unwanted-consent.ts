import type { Settlement } from '../flights/settlement.js';
import type { Consent } from './consent-into.js';

/** What came for an authorization that had been ended meanwhile, sealed for a grant of its own. */
export interface UnwantedConsent {
  attempt: string;
  authorizationId: string;
  assistantId: string;
  profileId: string;
  consent: Pick<Consent, 'sealed' | 'inputs' | 'clientId' | 'origins'>;
}

/**
 * An exchange that was answered after a sign-out or a newer ask: its tokens belong to nobody here and are alive at the provider, so they are queued to be
 * revoked. Not where the same client has another grant of the user, or a consent under way that may become one: some providers end a user's whole consent.
 * Not where the answer has made a grant before: then it was that grant's end that revoked them. Once, however often it is tried.
 */
export async function revokeUnwanted(settlement: Settlement, unwanted: UnwantedConsent): Promise<void> {
  const { attempt, authorizationId, assistantId, profileId, consent } = unwanted;
  const { sealed, inputs, clientId, origins } = consent;
  const { rowCount } = await settlement.sql.query({
    name: 'exchange-revoke-unwanted',
    text: `WITH a AS (
             SELECT assistant_id, profile_id, user_id, coalesce(chosen_tenant, tenant) AS tenant FROM "authorization"
             WHERE id = $1 AND assistant_id = $8 AND state IN ('abandoned', 'outcome_unknown') FOR NO KEY UPDATE)
           INSERT INTO revocation (id, assistant_id, profile_id, grant_id, user_id, tenant, client_id, origins, hand_out, refresh_token, inputs, queued_until)
           SELECT $2, a.assistant_id, a.profile_id, $3, a.user_id, a.tenant, $7, $4, $5, $6, $9, now() + interval '5 s' FROM a
           WHERE NOT EXISTS (SELECT FROM "grant" WHERE id = $3)
             AND NOT EXISTS (
               SELECT FROM "grant" g WHERE g.assistant_id = a.assistant_id AND g.user_id = a.user_id AND g.status IN ('held', 'active', 'reconnect_required')
                 AND g.client_id = $7 AND g.origins && $4)
             AND NOT EXISTS (
               SELECT FROM "authorization" o WHERE o.profile_id = a.profile_id AND o.user_id = a.user_id AND o.id <> $1
                 AND o.state IN ('consenting', 'awaiting_verifier', 'code_received', 'exchanging', 'confirming'))
           ON CONFLICT (id) DO NOTHING`,
    values: [
      authorizationId,
      attempt,
      sealed.grantId,
      origins,
      sealed.handOut,
      sealed.refreshToken,
      clientId,
      assistantId,
      inputs,
    ],
  });
  if (rowCount !== 1) return;
  await settlement.sql.query({
    name: 'exchange-unwanted',
    text: `UPDATE "authorization" SET attempt = NULL WHERE id = $1`, // what is revoked must not come back when it is stored again
    values: [authorizationId],
  });
  settlement.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.answered-late.v1',
    authorizationId,
    profileId,
    revocationId: attempt,
  });
}
