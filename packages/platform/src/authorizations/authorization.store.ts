import type { AuthorizationState, FailureReason } from '@grantkeeper/contracts/authorizations/http';
import type { ClientAuthentication, IdentityCheck } from '@grantkeeper/contracts/profiles/http';
import type { Sql } from '../database/pool.js';

/** What the provider is asked, fixed when Continue is pressed: a later revision of the profile does not reach this consent (RFC 9700 section 4.4). */
export interface PinnedRequest {
  /** With placeholders, as the profile has them: what fills them may be secret, and is sealed. */
  authorizationUrl: string;
  tokenUrl: string;
  clientId: string;
  redirectUri: string;
  /** The `scope` parameter, empty where none is sent. */
  scope: string;
  issuer: string | null;
  issParameterSupported: boolean;
  pkce: 'S256' | 'off';
  clientAuthentication: Required<ClientAuthentication>;
  origins: string[];
}

/** One row of `authorization`. `overdue` is PostgreSQL's word on whether its time in this state has passed. */
export interface AuthorizationRecord {
  id: string;
  assistantId: string;
  profileId: string;
  userId: string;
  /** As it was asked for; empty where the user chooses, or there is none. */
  tenant: string;
  /** As the user chose it; null until then. */
  chosenTenant: string | null;
  /** What it stands on beside the profile, sealed. */
  inputs: Buffer | null;
  account: string;
  state: AuthorizationState;
  reason: FailureReason | null;
  identityCheck: IdentityCheck;
  askHash: Buffer;
  displayName: string | null;
  returnUrl: string | null;
  verifierChallenge: string | null;
  pinned: PinnedRequest | null;
  browserHash: Buffer | null;
  /** The provider has been asked and its answer is still awaited. */
  stateAwaited: boolean;
  /** Its own browser has just brought the answer, of which nothing is stored yet. */
  callbackUnderWay: boolean;
  returnHandleHash: Buffer | null;
  heldGrantId: string | null;
  grantId: string | null;
  accountLabel: string | null;
  confirmationCode: Buffer | null;
  tries: number;
  correlationId: string;
  /** The test run that it belongs to; such a consent never becomes a grant. */
  testRunId: string | null;
  /** When its present state ends by itself. */
  deadline: Date;
  overdue: boolean;
}

/** The tenant that a consent is for; empty where there is none. */
export const tenantOf = ({ tenant, chosenTenant }: Pick<AuthorizationRecord, 'tenant' | 'chosenTenant'>): string =>
  chosenTenant ?? tenant;

/** Whom and what an authorization is for; at most one is open for it. */
export interface AuthorizationKey {
  profileId: string;
  user: string;
  tenant: string;
  account: string;
}

export interface NewAuthorization extends AuthorizationKey {
  id: string;
  assistantId: string;
  identityCheck: IdentityCheck;
  askHash: Buffer;
  displayName: string | null;
  returnUrl: string | null;
  verifierChallenge: string | null;
  inputs: Buffer | null;
  /** Null where an operator opens it. */
  runtimeKeyId: string | null;
  correlationId: string;
}

const openStates = `('waiting', 'consenting', 'awaiting_verifier', 'code_received', 'exchanging', 'confirming')`;
/** A code lives for ten minutes at most (RFC 6749 section 4.1.2): one that could not be sent by then was never sent. */
const deadline = `CASE state WHEN 'awaiting_verifier' THEN return_expires_at WHEN 'confirming' THEN confirm_expires_at
  WHEN 'code_received' THEN code_received_at + interval '10 minutes' ELSE expires_at END`;

/** What is read of an authorization; used by every statement here and by the views. */
export const authorizationColumns = `id, assistant_id AS "assistantId", profile_id AS "profileId", user_id AS "userId", tenant, chosen_tenant AS "chosenTenant", inputs, account, state, reason,
  identity_check AS "identityCheck", ask_hash AS "askHash", display_name AS "displayName", return_url AS "returnUrl", verifier_challenge AS "verifierChallenge",
  pinned, browser_hash AS "browserHash", state_hash IS NOT NULL AS "stateAwaited",
  coalesce(state = 'consenting' AND code_received_at > clock_timestamp() - interval '5 s', false) AS "callbackUnderWay", return_handle_hash AS "returnHandleHash", held_grant_id AS "heldGrantId", grant_id AS "grantId",
  account_label AS "accountLabel", confirmation_code AS "confirmationCode", tries, correlation_id AS "correlationId", test_run_id AS "testRunId", ${deadline} AS deadline,
  state IN ('waiting', 'consenting', 'awaiting_verifier', 'code_received', 'confirming') AND ${deadline} <= clock_timestamp() AS overdue`;

/** Lets one ask of a key at a time decide which authorization is open; taken before any row is locked. */
export async function takeTurn(sql: Sql, { profileId, user, tenant, account }: AuthorizationKey): Promise<void> {
  await sql.query({
    name: 'take-turn',
    text: 'SELECT pg_advisory_xact_lock(7300004, hashtext($1))',
    values: [JSON.stringify([profileId, user, tenant, account])],
  });
}

/** Adds one; null where another is open for the same key. It lives for 10 minutes by PostgreSQL's clock. */
export async function insertAuthorization(sql: Sql, one: NewAuthorization): Promise<{ expiresAt: Date } | null> {
  const { rows } = await sql.query<{ expiresAt: Date }>({
    name: 'insert-authorization',
    text: `INSERT INTO "authorization" (id, assistant_id, profile_id, user_id, tenant, account, state, identity_check, ask_hash, display_name, return_url,
             verifier_challenge, runtime_key_id, correlation_id, inputs, expires_at)
           VALUES ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10, $11, $12, $13, $14, now() + interval '10 minutes')
           ON CONFLICT (profile_id, user_id, tenant, account) WHERE state IN ${openStates} DO NOTHING
           RETURNING expires_at AS "expiresAt"`,
    values: [
      one.id,
      one.assistantId,
      one.profileId,
      one.user,
      one.tenant,
      one.account,
      one.identityCheck,
      one.askHash,
      one.displayName,
      one.returnUrl,
      one.verifierChallenge,
      one.runtimeKeyId,
      one.correlationId,
      one.inputs,
    ],
  });
  return rows[0] ?? null;
}

/** The open authorization of a key, locked. */
export async function lockOpenAuthorization(sql: Sql, key: AuthorizationKey): Promise<AuthorizationRecord | null> {
  const { rows } = await sql.query<AuthorizationRecord>({
    name: 'lock-open-authorization',
    text: `SELECT ${authorizationColumns} FROM "authorization"
           WHERE profile_id = $1 AND user_id = $2 AND tenant = $3 AND account = $4 AND state IN ${openStates} FOR UPDATE`,
    values: [key.profileId, key.user, key.tenant, key.account],
  });
  return rows[0] ?? null;
}

/** One authorization, locked for the transaction. Locks go authorization first, then grant. */
export async function lockAuthorization(sql: Sql, id: string): Promise<AuthorizationRecord | null> {
  const { rows } = await sql.query<AuthorizationRecord>({
    name: 'lock-authorization',
    text: `SELECT ${authorizationColumns} FROM "authorization" WHERE id = $1 FOR UPDATE`,
    values: [id],
  });
  return rows[0] ?? null;
}

export interface ConsentStart {
  browserHash: Buffer;
  stateHash: Buffer;
  /** Sealed; null where the profile has PKCE off. */
  codeVerifier: Buffer | null;
  pinned: PinnedRequest;
  /** Null where nobody is asked for one. */
  chosenTenant: string | null;
  inputs: Buffer | null;
}

/** Binds a locked authorization to a browser and to a new state; an earlier state no longer counts. */
export async function startConsent(sql: Sql, id: string, start: ConsentStart): Promise<void> {
  await sql.query({
    name: 'start-consent',
    text: `UPDATE "authorization" SET state = 'consenting', browser_hash = $2, state_hash = $3, code_verifier = $4, pinned = $5, chosen_tenant = $6, inputs = $7,
             code_received_at = NULL
           WHERE id = $1`,
    values: [
      id,
      start.browserHash,
      start.stateHash,
      start.codeVerifier,
      JSON.stringify(start.pinned),
      start.chosenTenant,
      start.inputs,
    ],
  });
}

/**
 * Takes a state: once, in one statement, to be committed alone and before anything else is looked at. Where it came with the browser that began, that is
 * noted, for other deliveries of the same answer to wait for this one.
 */
export async function takeState(
  sql: Sql,
  profileId: string,
  stateHash: Buffer,
  browserHash: Buffer | null,
): Promise<AuthorizationRecord | null> {
  const { rows } = await sql.query<AuthorizationRecord>({
    name: 'take-state',
    text: `UPDATE "authorization" SET state_hash = NULL, code_received_at = CASE WHEN browser_hash = $3 THEN now() END
           WHERE state_hash = $1 AND profile_id = $2 AND state = 'consenting' AND expires_at > now() RETURNING ${authorizationColumns}`,
    values: [stateHash, profileId, browserHash],
  });
  return rows[0] ?? null;
}

/** Keeps the sealed code for the worker; false where the authorization has moved on since its state was taken. */
export async function keepCode(sql: Sql, id: string, sealedCode: Buffer): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'keep-code',
    text: `UPDATE "authorization" SET state = 'code_received', code = $2, code_received_at = now(), queued_until = now() + interval '5 s'
           WHERE id = $1 AND state = 'consenting' AND state_hash IS NULL`,
    values: [id, sealedCode],
  });
  return rowCount === 1;
}

/** Keeps the sealed code until the runtime proves that its user came back, for 60 s; false where the authorization has moved on. */
export async function keepCodeForVerifier(sql: Sql, id: string, sealedCode: Buffer, handleHash: Buffer): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'keep-code-for-verifier',
    text: `UPDATE "authorization" SET state = 'awaiting_verifier', code = $2, code_received_at = now(), return_handle_hash = $3,
             return_expires_at = now() + interval '60 s'
           WHERE id = $1 AND state = 'consenting' AND state_hash IS NULL`,
    values: [id, sealedCode, handleHash],
  });
  return rowCount === 1;
}

/** Lets the exchange of a locked authorization begin; its handle is used up. */
export async function markVerified(sql: Sql, id: string): Promise<void> {
  await sql.query({
    name: 'mark-verified',
    text: `UPDATE "authorization" SET state = 'code_received', return_handle_hash = NULL, queued_until = now() + interval '5 s' WHERE id = $1`,
    values: [id],
  });
}

/** Counts a wrong code against a locked authorization and answers how many there were. */
export async function countWrongCode(sql: Sql, id: string): Promise<number> {
  const { rows } = await sql.query<{ tries: number }>({
    name: 'count-wrong-code',
    text: 'UPDATE "authorization" SET tries = tries + 1 WHERE id = $1 RETURNING tries',
    values: [id],
  });
  return rows[0]?.tries ?? 0;
}
