import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';
import type { Transaction } from '../database/unit-of-work.js';
import { endHeld } from '../grants/end-grants.js';

/** States of an authorization that is still open. */
export const openStates: readonly AuthorizationState[] = [
  'waiting',
  'consenting',
  'awaiting_verifier',
  'code_received',
  'exchanging',
  'confirming',
];

/** Which authorizations: all open ones of a profile, or those of one user's account, for some tenants only. */
export interface OpenOnes {
  profileId: string;
  user?: string;
  account?: string;
  tenants?: readonly string[];
}

/**
 * Ends open authorizations as abandoned: their marks, codes and verifiers are dropped, held grants ended with their tokens queued for revocation.
 * A late answer to a mark that was dropped finds no row and is dropped too (docs/flows/authorize.md).
 */
export async function closeOpenAuthorizations(transaction: Transaction, which: OpenOnes): Promise<void> {
  const { rows } = await transaction.sql.query<{
    id: string;
    assistant_id: string;
    profile_id: string;
    state: AuthorizationState;
    held_grant_id: string | null;
  }>(
    `WITH k AS MATERIALIZED (
       SELECT id, held_grant_id FROM "authorization"
       WHERE profile_id = $1 AND ($2::text IS NULL OR user_id = $2) AND ($3::text IS NULL OR account = $3) AND ($5::text[] IS NULL OR tenant = ANY ($5)) AND (state = ANY ($4) OR (state = 'outcome_unknown' AND attempt IS NOT NULL))
       ORDER BY id FOR UPDATE)
     UPDATE "authorization" a SET state = CASE WHEN a.state = 'outcome_unknown' THEN a.state ELSE 'abandoned' END, attempt = NULL, state_hash = NULL, code = NULL,
       code_verifier = NULL, confirmation_code = NULL, return_handle_hash = NULL, held_grant_id = NULL, ended_at = coalesce(a.ended_at, now())
     FROM k WHERE a.id = k.id RETURNING a.id, a.assistant_id, a.profile_id, a.state, k.held_grant_id`,
    [which.profileId, which.user ?? null, which.account ?? null, openStates, which.tenants ?? null],
  );
  for (const row of rows) {
    if (row.state !== 'abandoned') continue; // its outcome stays unknown, and has been told
    transaction.record(`authorization-${row.id}`, row.assistant_id, {
      type: 'authorizations.abandoned.v1',
      authorizationId: row.id,
      profileId: row.profile_id,
    });
    transaction.settled(row.id);
  }
  await endHeld(
    transaction,
    rows.flatMap((row) => row.held_grant_id ?? []),
  );
}
