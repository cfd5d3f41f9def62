import type { Settlement } from '../flights/settlement.js';
import { type Consent, type ConsentKey, insertGrant } from './consent-into.js';

/** Holds a token set until the user is confirmed, for 5 minutes: it is not handed out, refreshed or listed, and replaces nothing. False beside a newer authorization. */
export async function holdConsent(
  settlement: Settlement,
  key: ConsentKey,
  consent: Consent,
  sealedCode: Buffer | null,
): Promise<boolean> {
  const { authorizationId, assistantId, profileId } = key;
  const { grantId } = consent.sealed;
  if (await isSuperseded(settlement, key)) return false;
  const version = await insertGrant(settlement, key, consent, 'held');
  await settlement.sql.query({
    name: 'authorization-confirming',
    text: `UPDATE "authorization" SET state = 'confirming', held_grant_id = $2, account_label = $3, confirmation_code = $4, tries = 0,
             confirm_expires_at = now() + interval '5 minutes', code = NULL, code_verifier = NULL, attempt = NULL, sent_at = NULL, queued_until = NULL, ended_at = NULL
           WHERE id = $1`,
    values: [authorizationId, grantId, consent.account, sealedCode],
  });
  settlement.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.confirming.v1',
    authorizationId,
    profileId,
  });
  settlement.record(`grant-${grantId}`, assistantId, { type: 'grants.held.v1', grantId, profileId, version, authorizationId });
  settlement.settled(authorizationId);
  return true;
}

/** A late answer must not open an authorization again beside a newer one of the same key. */
async function isSuperseded({ sql }: Settlement, key: ConsentKey): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'authorization-superseded',
    text: `SELECT 1 FROM "authorization" WHERE profile_id = $1 AND user_id = $2 AND tenant = $3 AND account = $4 AND id <> $5
             AND state IN ('waiting', 'consenting', 'awaiting_verifier', 'code_received', 'exchanging', 'confirming')`,
    values: [key.profileId, key.userId, key.askedTenant, key.account, key.authorizationId],
  });
  return rowCount !== 0;
}
