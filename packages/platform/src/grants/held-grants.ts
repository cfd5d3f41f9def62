import { type AuthorizationRecord, tenantOf } from '../authorizations/authorization.store.js';
import type { Vault } from '../crypto/vault.js';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';
import { SettleAgain } from '../flights/flights.js';
import { type Consent, type ConsentKey, consentInto } from './consent-into.js';
import { refreshEndOf } from './refresh-flights.js';
import { resealInputs } from './sealed-inputs.js';
import { handOutPlace, refreshTokenPlace } from './sealed-tokens.js';

/**
 * How the confirmation of a held token set ended. `other_account`: the living grant belongs to another subject at the provider and was kept.
 * `flight-under-way`: the old refresh token would be kept and is being used just now; nothing was changed, to be tried again in a new transaction.
 */
export type ConfirmedHeld =
  | { kind: 'consented'; grantId: string }
  | { kind: 'other_account' }
  | { kind: 'flight-under-way'; grantId: string };

interface Held {
  id: string;
  version: number;
  handOut: Buffer;
  refreshToken: Buffer | null;
  scope: string;
  lifetimeSeconds: number | null;
  issuedAt: Date;
  expiresAt: Date | null;
  dueAt: Date | null;
  subject: string | null;
  origins: string[];
  clientId: string;
  inputs: Buffer | null;
  refreshEndsAt: Date | null;
  refreshEndTold: boolean;
  refreshNoticeAt: Date | null;
}

/**
 * Confirms the token set that a locked authorization in `confirming` holds: it becomes the grant of its key, or moves into the living one (same id,
 * version + 1). Ends the authorization, with the events of both.
 */
export async function confirmHeld(transaction: Transaction, vault: Vault, record: AuthorizationRecord): Promise<ConfirmedHeld> {
  const { sql } = transaction;
  const held = await lockHeld(sql, record);
  const livingId = await findLiving(sql, record);
  if (livingId === null) {
    await activate(transaction, record, held);
    return settleConsented(transaction, record, held.id);
  }
  const outcome = await moveInto(transaction, vault, record, held, livingId);
  if (outcome === 'flight-under-way') return { kind: outcome, grantId: livingId };
  if (outcome === 'consented') return settleConsented(transaction, record, livingId);
  await dropHeld(transaction, record, held);
  return { kind: 'other_account' };
}

async function lockHeld(sql: Sql, { id, heldGrantId }: AuthorizationRecord): Promise<Held> {
  const { rows } = await sql.query<Held>({
    name: 'lock-held',
    text: `SELECT id, version, hand_out AS "handOut", refresh_token AS "refreshToken", scope, lifetime_seconds AS "lifetimeSeconds", issued_at AS "issuedAt",
             expires_at AS "expiresAt", due_at AS "dueAt", subject, origins, client_id AS "clientId", inputs,
             refresh_ends_at AS "refreshEndsAt", refresh_end_told AS "refreshEndTold", refresh_notice_at AS "refreshNoticeAt"
           FROM "grant" WHERE id = $1 AND status = 'held' FOR UPDATE`,
    values: [heldGrantId],
  });
  if (!rows[0]) throw new Error(`authorization ${id} is confirming but holds no grant`);
  return rows[0];
}

async function findLiving(sql: Sql, record: AuthorizationRecord): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'find-living',
    text: `SELECT id FROM "grant" WHERE profile_id = $1 AND user_id = $2 AND tenant = $3 AND account = $4 AND status IN ('active', 'reconnect_required')`,
    values: [record.profileId, record.userId, tenantOf(record), record.account],
  });
  return rows[0]?.id ?? null;
}

async function activate(
  transaction: Transaction,
  { id: authorizationId, assistantId, profileId }: AuthorizationRecord,
  held: Held,
) {
  await transaction.sql.query({
    name: 'activate-held',
    text: `UPDATE "grant" SET status = 'active', consented_at = now() WHERE id = $1`,
    values: [held.id],
  });
  transaction.record(`grant-${held.id}`, assistantId, {
    type: 'grants.consented.v1',
    grantId: held.id,
    profileId,
    version: held.version,
    expiresAt: held.expiresAt?.toISOString() ?? null,
    scope: held.scope,
    authorizationId,
  });
}

/** The token set moves, sealed anew for its new row; then the held row is gone. */
async function moveInto(
  transaction: Transaction,
  vault: Vault,
  record: AuthorizationRecord,
  held: Held,
  livingId: string,
): Promise<'consented' | 'other_account' | 'flight-under-way'> {
  const key: ConsentKey = { ...record, authorizationId: record.id, tenant: tenantOf(record), askedTenant: record.tenant };
  const consent: Consent = {
    ...held,
    sealed: await resealed(vault, record.assistantId, held, livingId),
    inputs: await resealInputs(vault, record.assistantId, held.inputs, held.id, livingId),
    account: record.accountLabel,
    refreshEnd: refreshEndOf(held),
  };
  try {
    const outcome = await consentInto(transaction, key, consent);
    if (outcome === 'consented') {
      await transaction.sql.query({ name: 'delete-held', text: 'DELETE FROM "grant" WHERE id = $1', values: [held.id] });
    }
    return outcome;
  } catch (error) {
    if (error instanceof SettleAgain) return 'flight-under-way'; // thrown before anything was changed
    throw error;
  }
}

async function resealed(vault: Vault, assistantId: string, held: Held, grantId: string): Promise<Consent['sealed']> {
  const { id, handOut, refreshToken } = held;
  const tokens = await vault.open(assistantId, handOutPlace(id), handOut);
  const refresh = refreshToken === null ? null : await vault.open(assistantId, refreshTokenPlace(id), refreshToken);
  return {
    grantId,
    handOut: await vault.seal(assistantId, handOutPlace(grantId), tokens),
    refreshToken: refresh === null ? null : await vault.seal(assistantId, refreshTokenPlace(grantId), refresh),
  };
}

/** Another person's account: its tokens are forgotten, not revoked, because some providers would then end that person's other consents too. */
async function dropHeld(transaction: Transaction, record: AuthorizationRecord, held: Held): Promise<void> {
  const { id: authorizationId, assistantId, profileId } = record;
  await transaction.sql.query({
    name: 'drop-held',
    text: `UPDATE "grant" SET status = 'ended', reason = 'not_confirmed', hand_out = NULL, refresh_token = NULL, inputs = NULL, version = version + 1, attempt = NULL,
             due_at = NULL, ended_at = now() WHERE id = $1`,
    values: [held.id],
  });
  await transaction.sql.query({
    name: 'fail-other-account',
    text: `UPDATE "authorization" SET state = 'failed', reason = 'other_account', held_grant_id = NULL, confirmation_code = NULL, attempt = NULL, ended_at = now()
           WHERE id = $1`,
    values: [authorizationId],
  });
  transaction.record(`grant-${held.id}`, assistantId, {
    type: 'grants.ended.v1',
    grantId: held.id,
    profileId,
    version: held.version + 1,
    reason: 'not_confirmed',
    revocationId: null,
  });
  transaction.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.failed.v1',
    authorizationId,
    profileId,
    reason: 'other_account',
  });
  transaction.settled(authorizationId);
}

async function settleConsented(transaction: Transaction, record: AuthorizationRecord, grantId: string): Promise<ConfirmedHeld> {
  const { id: authorizationId, assistantId, profileId } = record;
  await transaction.sql.query({
    name: 'settle-confirmed',
    text: `UPDATE "authorization" SET state = 'consented', grant_id = $2, held_grant_id = NULL, confirmation_code = NULL, attempt = NULL, ended_at = now()
           WHERE id = $1`,
    values: [authorizationId, grantId],
  });
  transaction.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.consented.v1',
    authorizationId,
    profileId,
    grantId,
  });
  transaction.settled(authorizationId);
  transaction.settled(grantId);
  return { kind: 'consented', grantId };
}
