import type { EndReason } from '@grantkeeper/contracts/grants/http';
import type { RefreshTokenEnd } from '@grantkeeper/core/grants/refresh-token-life';
import type pg from 'pg';
import { type Settlement, settlingTogether } from '../flights/settlement.js';
import type { SealedTokens } from './sealed-tokens.js';

/** A refresh's good answer, sealed for its grant, with all that its settle needs. */
export interface RefreshAnswer {
  kind: 'refresh';
  correlationId: string;
  attempt: string;
  assistantId: string;
  profileId: string;
  /** The version whose refresh token was sent. */
  version: number;
  sealed: SealedTokens;
  /** What its grant stands on beside the profile, as it was read: where the grant has ended meanwhile, it is not with the grant any more. */
  inputs: Buffer | null;
  /** Whether the refresh token that was sent goes on. */
  isConstant: boolean;
  /** As told; null: unchanged. */
  scope: string | null;
  issuedAt: Date;
  lifetimeSeconds: number | null;
  expiresAt: Date | null;
  dueAt: Date | null;
  refreshEnd: RefreshTokenEnd | null;
}

/** What a good answer that comes late makes active again. */
const isHealed = `g.status = 'reconnect_required' AND g.reason IN ('outcome_unknown', 'invalid_grant', 'refresh_token_expired')`;

/** Settles a good answer, however often it is tried and by whomever: where no row fits it is settled already, or no longer wanted. */
export function keepRefreshed(pool: pg.Pool, answer: RefreshAnswer): Promise<void> {
  return keepAllRefreshed(pool, [answer]);
}

/** Settles good answers of different grants in one transaction. */
export function keepAllRefreshed(pool: pg.Pool, answers: readonly RefreshAnswer[]): Promise<void> {
  return settlingTogether(pool, async (settlementOf) => {
    const { sql } = settlementOf('');
    const kept = await replaceTokens(sql, answers);
    for (const answer of answers) {
      const settlement = settlementOf(answer.correlationId);
      const row = kept.get(answer.sealed.grantId);
      if (row) recordRefreshed(settlement, answer, row);
      else await revokeIfEnded(settlement, answer);
    }
  });
}

interface Kept {
  id: string;
  version: number;
  scope: string;
}

/** The first good answer wins, also over a grant that was given up meanwhile; nothing is kept where the version has moved (docs/flows/refresh.md). */
async function replaceTokens(sql: Settlement['sql'], answers: readonly RefreshAnswer[]): Promise<Map<string, Kept>> {
  const all = <T>(of: (answer: RefreshAnswer) => T): T[] => answers.map(of);
  const { rows } = await sql.query<Kept>({
    name: 'refresh-keep',
    text: `WITH a AS MATERIALIZED (
             SELECT * FROM unnest($1::uuid[], $2::int[], $3::bytea[], $4::bytea[], $5::bool[], $6::timestamptz[], $7::int[], $8::timestamptz[], $9::text[], $10::timestamptz[],
               $11::timestamptz[], $12::bool[], $13::timestamptz[]) AS a(id, version, hand_out, refresh_token, constant, issued_at, lifetime_seconds, expires_at, scope, due_at,
               refresh_ends_at, refresh_end_told, refresh_notice_at)),
           k AS MATERIALIZED (
             SELECT g.id FROM "grant" g JOIN a ON a.id = g.id AND a.version = g.version WHERE g.status <> 'ended' ORDER BY g.id FOR NO KEY UPDATE OF g)
           UPDATE "grant" g SET hand_out = a.hand_out, refresh_token = coalesce(a.refresh_token, g.refresh_token), version = g.version + 1, constant = a.constant,
             issued_at = a.issued_at, lifetime_seconds = a.lifetime_seconds, expires_at = a.expires_at, scope = coalesce(a.scope, g.scope), due_at = a.due_at,
             refresh_ends_at = a.refresh_ends_at, refresh_end_told = a.refresh_end_told, refresh_notice_at = a.refresh_notice_at, queued_until = NULL, attempt = NULL,
             sent_at = NULL, sends = 0, failures = 0, last_failure = NULL,
             reason = CASE WHEN ${isHealed} THEN NULL ELSE g.reason END, status = CASE WHEN ${isHealed} THEN 'active' ELSE g.status END
           FROM a, k WHERE g.id = k.id AND a.id = k.id RETURNING g.id, g.version, g.scope`,
    values: [
      all(({ sealed }) => sealed.grantId),
      all(({ version }) => version),
      all(({ sealed }) => sealed.handOut),
      all(({ sealed }) => sealed.refreshToken),
      all(({ isConstant }) => isConstant),
      all(({ issuedAt }) => issuedAt),
      all(({ lifetimeSeconds }) => lifetimeSeconds),
      all(({ expiresAt }) => expiresAt),
      all(({ scope }) => scope),
      all(({ dueAt }) => dueAt),
      all(({ refreshEnd }) => refreshEnd?.endsAt ?? null),
      all(({ refreshEnd }) => refreshEnd?.isTold ?? false),
      all(({ refreshEnd }) => refreshEnd?.noticeAt ?? null),
    ],
  });
  return new Map(rows.map((row) => [row.id, row]));
}

function recordRefreshed(settlement: Settlement, { sealed, assistantId, profileId, expiresAt }: RefreshAnswer, row: Kept): void {
  const { grantId } = sealed;
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.refreshed.v1',
    grantId,
    profileId,
    version: row.version,
    expiresAt: expiresAt?.toISOString() ?? null,
    scope: row.scope,
  });
  settlement.settled(grantId);
}

/** Tokens that came after their grant had ended are still alive at the provider: they are revoked as its others were. After a reconnect never: some providers end the user's whole consent. */
async function revokeIfEnded(
  settlement: Settlement,
  { attempt, assistantId, profileId, sealed, inputs }: RefreshAnswer,
): Promise<void> {
  const { grantId } = sealed;
  const { rows } = await settlement.sql.query<{ version: number; reason: EndReason }>({
    name: 'refresh-revoke-late',
    text: `WITH ended AS (SELECT id, assistant_id, profile_id, user_id, tenant, client_id, origins, version, reason FROM "grant" WHERE id = $1 AND status = 'ended'),
           late AS (
             INSERT INTO revocation (id, assistant_id, profile_id, grant_id, user_id, tenant, client_id, origins, hand_out, refresh_token, inputs, queued_until)
             SELECT $2, assistant_id, profile_id, id, user_id, tenant, client_id, origins, $3, $4, $5, now() + interval '5 s' FROM ended ON CONFLICT (id) DO NOTHING RETURNING id)
           SELECT version, reason FROM ended, late`,
    values: [grantId, attempt, sealed.handOut, sealed.refreshToken, inputs], // by the attempt's id: stored once, however often it is tried
  });
  const [row] = rows;
  if (!row) return;
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.ended.v1',
    grantId,
    profileId,
    version: row.version,
    reason: row.reason,
    revocationId: attempt,
  });
}
