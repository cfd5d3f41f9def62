import type { EndReason } from '@grantkeeper/contracts/grants/http';
import type { RefreshTokenEnd } from '@grantkeeper/core/grants/refresh-token-life';
import type pg from 'pg';
import { type Settlement, settling } from '../flights/settlement.js';
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

/** Settles a good answer, however often it is tried and by whomever: where no row fits it is settled already, or no longer wanted. */
export function keepRefreshed(pool: pg.Pool, answer: RefreshAnswer): Promise<void> {
  return settling(pool, answer.correlationId, async (settlement) => {
    if (await replaceTokens(settlement, answer)) return;
    await revokeIfEnded(settlement, answer);
  });
}

/** The first good answer wins, also over a grant that was given up meanwhile; false where the version has moved (docs/flows/refresh.md). */
async function replaceTokens(settlement: Settlement, answer: RefreshAnswer): Promise<boolean> {
  const { sealed, assistantId, profileId } = answer;
  const { grantId } = sealed;
  const { rows } = await settlement.sql.query<{ version: number; scope: string }>({
    name: 'refresh-keep',
    text: `UPDATE "grant" SET hand_out = $3, refresh_token = coalesce($4, refresh_token), version = version + 1, constant = $5, issued_at = $6, lifetime_seconds = $7,
             expires_at = $8, scope = coalesce($9, scope), due_at = $10, refresh_ends_at = $11, refresh_end_told = $12, refresh_notice_at = $13, queued_until = NULL, attempt = NULL, sent_at = NULL, sends = 0, failures = 0,
             last_failure = NULL,
             reason = CASE WHEN status = 'reconnect_required' AND reason IN ('outcome_unknown', 'invalid_grant', 'refresh_token_expired') THEN NULL ELSE reason END,
             status = CASE WHEN status = 'reconnect_required' AND reason IN ('outcome_unknown', 'invalid_grant', 'refresh_token_expired') THEN 'active' ELSE status END
           WHERE id = $1 AND version = $2 AND status <> 'ended' RETURNING version, scope`,
    values: [
      grantId,
      answer.version,
      sealed.handOut,
      sealed.refreshToken,
      answer.isConstant,
      answer.issuedAt,
      answer.lifetimeSeconds,
      answer.expiresAt,
      answer.scope,
      answer.dueAt,
      answer.refreshEnd?.endsAt ?? null,
      answer.refreshEnd?.isTold ?? false,
      answer.refreshEnd?.noticeAt ?? null,
    ],
  });
  const [row] = rows;
  if (!row) return false;
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.refreshed.v1',
    grantId,
    profileId,
    version: row.version,
    expiresAt: answer.expiresAt?.toISOString() ?? null,
    scope: row.scope,
  });
  settlement.settled(grantId);
  return true;
}

/** Tokens that came after their grant had ended are still alive at the provider: they are revoked as its others were. After a reconnect never: some providers end the user's whole consent. */
async function revokeIfEnded(settlement: Settlement, { attempt, assistantId, profileId, sealed }: RefreshAnswer): Promise<void> {
  const { grantId } = sealed;
  const { rows } = await settlement.sql.query<{ version: number; reason: EndReason }>({
    name: 'refresh-revoke-late',
    text: `WITH ended AS (SELECT id, assistant_id, profile_id, origins, version, reason FROM "grant" WHERE id = $1 AND status = 'ended'),
           late AS (
             INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, hand_out, refresh_token, queued_until)
             SELECT $2, assistant_id, profile_id, id, origins, $3, $4, now() + interval '5 s' FROM ended ON CONFLICT (id) DO NOTHING RETURNING id)
           SELECT version, reason FROM ended, late`,
    values: [grantId, attempt, sealed.handOut, sealed.refreshToken], // by the attempt's id: stored once, however often it is tried
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
