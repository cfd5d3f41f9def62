import type { EndReason } from '@grantkeeper/contracts/grants/http';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';

export interface EndedGrant {
  grantId: string;
  assistantId: string;
  profileId: string;
  version: number;
  /** Where its tokens wait to be revoked at the provider. */
  revocationId: string;
}

/**
 * Ends grants in the caller's transaction: no token from this moment, version + 1, no mark; the sealed tokens move verbatim to `revocation` (sealed under
 * the grant's own place). Grants that have ended already are left out. The caller closes open authorizations first (lock order: authorization, then grant).
 */
async function endGrants(sql: Sql, grantIds: readonly string[], reason: EndReason): Promise<EndedGrant[]> {
  const { rows } = await sql.query<EndedGrant>({
    name: 'end-grants',
    text: `WITH k AS MATERIALIZED (
             SELECT id, assistant_id, profile_id, user_id, tenant, client_id, origins, hand_out, refresh_token, inputs FROM "grant" WHERE id = ANY($1) AND status <> 'ended' ORDER BY id FOR UPDATE),
           r AS (
             INSERT INTO revocation (id, assistant_id, profile_id, grant_id, user_id, tenant, client_id, origins, hand_out, refresh_token, inputs, queued_until)
             SELECT gen_random_uuid(), assistant_id, profile_id, id, user_id, tenant, client_id, origins, hand_out, refresh_token, inputs, now() + interval '5 s' FROM k RETURNING id, grant_id)
           UPDATE "grant" g SET status = 'ended', reason = $2, hand_out = NULL, refresh_token = NULL, inputs = NULL, version = version + 1, attempt = NULL, sent_at = NULL,
             sends = 0, due_at = NULL, queued_until = NULL, ended_at = now()
           FROM r WHERE g.id = r.grant_id
           RETURNING g.id AS "grantId", g.assistant_id AS "assistantId", g.profile_id AS "profileId", g.version, r.id AS "revocationId"`,
    values: [grantIds, reason],
  });
  return rows;
}

/** Ends grants as a unit of work's part: with their events, waking who waits. */
export async function endGrantsIn(
  transaction: Transaction,
  grantIds: readonly string[],
  reason: EndReason,
): Promise<EndedGrant[]> {
  if (grantIds.length === 0) return [];
  const ended = await endGrants(transaction.sql, grantIds, reason);
  for (const { grantId, profileId, version, revocationId, assistantId } of ended) {
    transaction.record(`grant-${grantId}`, assistantId, {
      type: 'grants.ended.v1',
      grantId,
      profileId,
      version,
      reason,
      revocationId,
    });
    transaction.settled(grantId);
  }
  return ended;
}

/** Ends grants that were held for a confirmation that did not come; their tokens are revoked. */
export async function endHeld(transaction: Transaction, heldGrantIds: readonly string[]): Promise<void> {
  await endGrantsIn(transaction, heldGrantIds, 'not_confirmed');
}
