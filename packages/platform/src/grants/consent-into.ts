import type { RefreshTokenEnd } from '@grantkeeper/core/grants/refresh-token-life';
import { SettleAgain } from '../flights/flights.js';
import type { Settlement } from '../flights/settlement.js';
import type { SealedTokens } from './sealed-tokens.js';

/** The authorization that consents, and whom and what it is for. */
export interface ConsentKey {
  authorizationId: string;
  assistantId: string;
  profileId: string;
  userId: string;
  tenant: string;
  /** The tenant that the authorization was opened for: its one open place. */
  askedTenant: string;
  account: string;
}

/** A token set with what is known of the consent it came from. `sealed` names the grant that it opens under. */
export interface Consent {
  sealed: SealedTokens;
  /** What it stands on beside the profile, sealed for the same grant. */
  inputs: Buffer | null;
  scope: string;
  lifetimeSeconds: number | null;
  issuedAt: Date;
  expiresAt: Date | null;
  /** When it is refreshed, if there is a refresh token. */
  dueAt: Date | null;
  /** When the refresh token ends, if there is one and its end is known. */
  refreshEnd: RefreshTokenEnd | null;
  subject: string | null;
  /** What the provider calls the account, for people to read. */
  account: string | null;
  origins: string[];
  clientId: string;
}

interface LivingGrant {
  id: string;
  status: 'active' | 'reconnect_required';
  subject: string | null;
  marked: boolean;
  in_flight: boolean;
  same_binding: boolean;
  /** An operator lets another account take its place. */
  other_account: boolean;
}

/**
 * Makes a consent the living grant of its key, in the caller's transaction: a new one, or the one that is there (same id, version + 1).
 * The caller has locked the authorization. Throws SettleAgain where the tokens must be sealed anew or a flight has to end first.
 */
export async function consentInto(
  settlement: Settlement,
  key: ConsentKey,
  consent: Consent,
): Promise<'consented' | 'other_account'> {
  const living = await lockLiving(settlement, key, consent);
  if (living && !living.other_account && isOtherSubject(living, consent)) return 'other_account';
  if (living && living.id !== consent.sealed.grantId) throw new SettleAgain('another grant of this key appeared');

  const version = living
    ? await reconnect(settlement, key, consent, living)
    : await insertGrant(settlement, key, consent, 'active');
  const { grantId } = consent.sealed;
  settlement.record(`grant-${grantId}`, key.assistantId, {
    type: living ? 'grants.reconnected.v1' : 'grants.consented.v1',
    grantId,
    profileId: key.profileId,
    version,
    expiresAt: consent.expiresAt?.toISOString() ?? null,
    scope: consent.scope,
    authorizationId: key.authorizationId,
  });
  return 'consented';
}

const isOtherSubject = (living: LivingGrant, consent: Consent): boolean =>
  living.subject !== null && consent.subject !== null && living.subject !== consent.subject;

async function lockLiving({ sql }: Settlement, key: ConsentKey, { origins, clientId }: Consent): Promise<LivingGrant | null> {
  const { rows } = await sql.query<LivingGrant>({
    name: 'consent-lock-living',
    text: `SELECT id, status, subject, attempt IS NOT NULL AS marked, coalesce(sent_at > clock_timestamp() - interval '30 s', false) AS in_flight,
             origins = $5::text[] AND client_id = $6 AS same_binding, coalesce(other_account_until > clock_timestamp(), false) AS other_account
           FROM "grant" WHERE profile_id = $1 AND user_id = $2 AND tenant = $3 AND account = $4 AND status IN ('active', 'reconnect_required') FOR UPDATE`,
    values: [key.profileId, key.userId, key.tenant, key.account, origins, clientId],
  });
  return rows[0] ?? null;
}

/** The new token set takes the place of the old; a flight with the old one settles into nothing. */
async function reconnect({ sql }: Settlement, key: ConsentKey, consent: Consent, living: LivingGrant): Promise<number> {
  const { sealed } = consent;
  // Without a new refresh token the old one stays, if it is known to work, goes only where it was consented to go and may be the same account's.
  const mayBeOthers = living.other_account && (consent.subject === null || living.subject !== consent.subject);
  const wantsOld = sealed.refreshToken === null && living.status === 'active' && living.same_binding && !mayBeOthers;
  if (wantsOld && living.marked && living.in_flight) throw new SettleAgain('the old refresh token is in flight');
  const { rows } = await sql.query<{ version: number }>({
    name: 'consent-reconnect',
    text: `UPDATE "grant" SET status = 'active', reason = NULL, version = version + 1, hand_out = $2, refresh_token = CASE WHEN $4 THEN refresh_token ELSE $3::bytea END,
             scope = $5, lifetime_seconds = $6, issued_at = $7, expires_at = $8,
             due_at = CASE WHEN CASE WHEN $4 THEN refresh_token ELSE $3::bytea END IS NULL THEN $8::timestamptz WHEN $4 THEN least($13, refresh_notice_at) ELSE $13 END,
             refresh_ends_at = CASE WHEN $4 THEN refresh_ends_at ELSE $14 END, refresh_end_told = CASE WHEN $4 THEN refresh_end_told ELSE $15 END,
             refresh_notice_at = CASE WHEN $4 THEN refresh_notice_at ELSE $16 END, queued_until = NULL, attempt = NULL, sent_at = NULL, sends = 0,
             constant = false, failures = 0, last_failure = NULL, refused_at = NULL, subject = coalesce($9, subject), origins = $10, client_id = $11,
             authorization_id = $12, consented_at = now(), other_account_until = NULL, inputs = $17
           WHERE id = $1 RETURNING version`,
    values: [
      living.id,
      sealed.handOut,
      sealed.refreshToken,
      wantsOld && !living.marked,
      consent.scope,
      consent.lifetimeSeconds,
      consent.issuedAt,
      consent.expiresAt,
      consent.subject,
      consent.origins,
      consent.clientId,
      key.authorizationId,
      consent.dueAt,
      ...refreshEndColumns(consent),
      consent.inputs,
    ],
  });
  return rows[0]?.version ?? 0;
}

/** Adds a grant and answers its version. */
export async function insertGrant(
  { sql }: Settlement,
  key: ConsentKey,
  consent: Consent,
  status: 'held' | 'active',
): Promise<number> {
  const { sealed } = consent;
  const { rows } = await sql.query<{ version: number }>({
    name: 'consent-insert',
    text: `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, tenant, account, status, hand_out, refresh_token, scope, lifetime_seconds, issued_at,
             expires_at, subject, origins, client_id, authorization_id, due_at,
             refresh_ends_at, refresh_end_told, refresh_notice_at, inputs)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22) RETURNING version`,
    values: [
      sealed.grantId,
      key.assistantId,
      key.profileId,
      key.userId,
      key.tenant,
      key.account,
      status,
      sealed.handOut,
      sealed.refreshToken,
      consent.scope,
      consent.lifetimeSeconds,
      consent.issuedAt,
      consent.expiresAt,
      consent.subject,
      consent.origins,
      consent.clientId,
      key.authorizationId,
      sealed.refreshToken === null ? consent.expiresAt : consent.dueAt, // without a refresh token its end is when it needs a new consent
      ...refreshEndColumns(consent),
      consent.inputs,
    ],
  });
  return rows[0]?.version ?? 1;
}

/** refresh_ends_at, refresh_end_told, refresh_notice_at */
function refreshEndColumns({ sealed, refreshEnd }: Consent): [Date | null, boolean, Date | null] {
  return sealed.refreshToken === null || !refreshEnd
    ? [null, false, null]
    : [refreshEnd.endsAt, refreshEnd.isTold, refreshEnd.noticeAt];
}
