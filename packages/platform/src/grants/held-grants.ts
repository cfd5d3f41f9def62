import type { AuthorizationRecord } from '../authorizations/authorization.store.js';
import type { Vault } from '../crypto/vault.js';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';

/**
 * How the confirmation of a held token set ended. `other_account`: the living grant belongs to another subject at the provider and was kept.
 * `flight-under-way`: the new set has no refresh token and the old one is being used just now; nothing was changed, to be tried again in a new transaction.
 */
export type ConfirmedHeld =
  | { kind: 'consented'; grantId: string }
  | { kind: 'other_account' }
  | { kind: 'flight-under-way'; grantId: string };

interface LockedGrant {
  id: string;
  status: 'held' | 'active' | 'reconnect_required';
  version: number;
  handOut: Buffer;
  refreshToken: Buffer | null;
  scope: string;
  origins: string[];
  subject: string | null;
  expiresAt: Date | null;
  /** No flight has this grant's refresh token. */
  unmarked: boolean;
  /** A flight has it and may still answer. */
  inFlight: boolean;
}

/**
 * Confirms the token set that a locked authorization in `confirming` holds: it becomes the grant of its key, or moves into the living one (same id,
 * version + 1, FLIGHT: reconnect). Ends the authorization, with the events of both.
 */
export async function confirmHeld(transaction: Transaction, vault: Vault, record: AuthorizationRecord): Promise<ConfirmedHeld> {
  const { sql } = transaction;
  const grants = await lockGrantsOf(sql, record);
  const held = grants.find(({ status }) => status === 'held');
  const living = grants.find(({ status }) => status !== 'held');
  if (!held) throw new Error(`authorization ${record.id} is confirming but holds no grant`);

  if (!living) {
    await activate(sql, held.id);
  } else {
    if (living.subject !== null && held.subject !== null && living.subject !== held.subject) {
      await dropHeld(transaction, record, held);
      return { kind: 'other_account' };
    }
    const needsOldToken = held.refreshToken === null && living.refreshToken !== null;
    if (needsOldToken && living.inFlight) return { kind: 'flight-under-way', grantId: living.id };
    const keepsOldToken = needsOldToken && living.status === 'active' && living.unmarked && sameOrigins(living, held);
    await moveInto(sql, vault, record, held, living, keepsOldToken);
  }
  const grantId = living?.id ?? held.id;
  await settleConsented(transaction, record, {
    grantId,
    version: living ? living.version + 1 : held.version,
    held,
    reconnected: living !== undefined,
  });
  return { kind: 'consented', grantId };
}

/** The held grant and the living one of the same key, locked in the order of their ids. */
async function lockGrantsOf(sql: Sql, record: AuthorizationRecord): Promise<LockedGrant[]> {
  const { rows } = await sql.query<LockedGrant>({
    name: 'lock-held-and-living',
    text: `SELECT id, status, version, hand_out AS "handOut", refresh_token AS "refreshToken", scope, origins, subject, expires_at AS "expiresAt",
             attempt IS NULL AS unmarked, attempt IS NOT NULL AND sent_at > clock_timestamp() - interval '30 s' AS "inFlight"
           FROM "grant"
           WHERE (id = $1 AND status = 'held')
              OR (profile_id = $2 AND user_id = $3 AND tenant = $4 AND account = $5 AND status IN ('active', 'reconnect_required'))
           ORDER BY id FOR UPDATE`,
    values: [record.heldGrantId, record.profileId, record.userId, record.tenant, record.account],
  });
  return rows;
}

/** A refresh token goes only where it was consented to go. */
const sameOrigins = (one: LockedGrant, other: LockedGrant): boolean => one.origins.join() === other.origins.join();

async function activate(sql: Sql, heldId: string): Promise<void> {
  await sql.query({
    name: 'activate-held',
    text: `UPDATE "grant" SET status = 'active', consented_at = now() WHERE id = $1`,
    values: [heldId],
  });
}

/** The token set moves, sealed anew for its new row; the held row is gone. */
async function moveInto(
  sql: Sql,
  vault: Vault,
  record: AuthorizationRecord,
  held: LockedGrant,
  living: LockedGrant,
  keepsOldToken: boolean,
): Promise<void> {
  const moved = async (field: string, sealed: Buffer): Promise<Buffer> => {
    const plain = await vault.open(record.assistantId, { table: 'grant', row: held.id, field }, sealed);
    return vault.seal(record.assistantId, { table: 'grant', row: living.id, field }, plain);
  };
  const handOut = await moved('hand_out', held.handOut);
  const refreshToken = held.refreshToken === null ? null : await moved('refresh_token', held.refreshToken);
  await sql.query({
    name: 'move-held-into-living',
    text: `UPDATE "grant" g SET status = 'active', reason = NULL, version = g.version + 1, hand_out = $3,
             refresh_token = CASE WHEN $5 THEN g.refresh_token ELSE $4::bytea END, scope = h.scope, lifetime_seconds = h.lifetime_seconds,
             issued_at = h.issued_at, expires_at = h.expires_at, due_at = h.due_at, queued_until = NULL, attempt = NULL, sent_at = NULL, sends = 0,
             constant = false, failures = 0, last_failure = NULL, refused_at = NULL, subject = coalesce(h.subject, g.subject), origins = h.origins,
             client_id = h.client_id, authorization_id = h.authorization_id, consented_at = now()
           FROM "grant" h WHERE g.id = $1 AND h.id = $2`,
    values: [living.id, held.id, handOut, refreshToken, keepsOldToken],
  });
  await sql.query({ name: 'delete-held', text: `DELETE FROM "grant" WHERE id = $1 AND status = 'held'`, values: [held.id] });
}

/** Another person's account: its tokens are forgotten, not revoked, because some providers would then end that person's other consents too. */
async function dropHeld(transaction: Transaction, record: AuthorizationRecord, held: LockedGrant): Promise<void> {
  const { id: authorizationId, assistantId, profileId } = record;
  await transaction.sql.query({
    name: 'drop-held',
    text: `UPDATE "grant" SET status = 'ended', reason = 'not_confirmed', hand_out = NULL, refresh_token = NULL, version = version + 1, attempt = NULL,
             due_at = NULL, ended_at = now() WHERE id = $1`,
    values: [held.id],
  });
  await transaction.sql.query({
    name: 'fail-other-account',
    text: `UPDATE "authorization" SET state = 'failed', reason = 'other_account', held_grant_id = NULL, confirmation_code = NULL, code_verifier = NULL,
             attempt = NULL, ended_at = now() WHERE id = $1`,
    values: [authorizationId],
  });
  const ended = { grantId: held.id, profileId, version: held.version + 1, reason: 'not_confirmed', revocationId: null } as const;
  transaction.record(`grant-${held.id}`, assistantId, { type: 'grants.ended.v1', ...ended });
  transaction.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.failed.v1',
    authorizationId,
    profileId,
    reason: 'other_account',
  });
  transaction.settled(authorizationId);
}

interface Consented {
  grantId: string;
  version: number;
  held: LockedGrant;
  reconnected: boolean;
}

async function settleConsented(
  transaction: Transaction,
  record: AuthorizationRecord,
  { grantId, version, held, reconnected }: Consented,
): Promise<void> {
  const { id: authorizationId, assistantId, profileId } = record;
  await transaction.sql.query({
    name: 'settle-confirmed',
    text: `UPDATE "authorization" SET state = 'consented', grant_id = $2, held_grant_id = NULL, confirmation_code = NULL, code_verifier = NULL, attempt = NULL,
             ended_at = now() WHERE id = $1`,
    values: [authorizationId, grantId],
  });
  const tokens = {
    grantId,
    profileId,
    version,
    expiresAt: held.expiresAt?.toISOString() ?? null,
    scope: held.scope,
    authorizationId,
  };
  transaction.record(`grant-${grantId}`, assistantId, {
    type: reconnected ? 'grants.reconnected.v1' : 'grants.consented.v1',
    ...tokens,
  });
  transaction.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.consented.v1',
    authorizationId,
    profileId,
    grantId,
  });
  transaction.settled(authorizationId);
  transaction.settled(grantId);
}
