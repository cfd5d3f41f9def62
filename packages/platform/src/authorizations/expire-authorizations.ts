import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '@grantkeeper/contracts/events';
import type { UnitOfWork } from '../database/unit-of-work.js';
import { endHeld } from '../grants/end-grants.js';

type End = 'expired' | 'outcome_unknown';
interface Ended {
  id: string;
  assistant_id: string;
  profile_id: string;
  state: End;
  held_grant_id: string | null;
}

/** Ends authorizations that ran out of time: links, returns and confirmations that expired, codes that nobody could send, and exchanges without an answer for 30 s (their mark stays, so that a late answer heals). */
export async function expireAuthorizations(unitOfWork: UnitOfWork): Promise<void> {
  await unitOfWork.run({ actor: { kind: 'worker' }, correlationId: `sweep-${randomUUID()}` }, async (transaction) => {
    const { rows } = await transaction.sql.query<Ended>({
      name: 'expire-authorizations',
      text: `WITH k AS MATERIALIZED (
               SELECT id, held_grant_id, CASE WHEN state = 'exchanging' THEN 'outcome_unknown' ELSE 'expired' END AS ends FROM "authorization"
               WHERE (state IN ('waiting', 'consenting') AND expires_at < now()) OR (state = 'awaiting_verifier' AND return_expires_at < now())
                  OR (state = 'code_received' AND code_received_at < now() - interval '10 minutes')
                  OR (state = 'confirming' AND confirm_expires_at < now()) OR (state = 'exchanging' AND sent_at < now() - interval '30 s')
               ORDER BY id LIMIT 500 FOR UPDATE SKIP LOCKED)
             UPDATE "authorization" a SET state = k.ends, state_hash = NULL, return_handle_hash = NULL, code = NULL, code_verifier = NULL, confirmation_code = NULL,
               held_grant_id = NULL, ended_at = now()
             FROM k WHERE a.id = k.id RETURNING a.id, a.assistant_id, a.profile_id, a.state, k.held_grant_id`,
    });
    for (const row of rows) {
      transaction.record(`authorization-${row.id}`, row.assistant_id, eventOf(row));
      transaction.settled(row.id);
    }
    await endHeld(
      transaction,
      rows.flatMap((row) => row.held_grant_id ?? []),
    );
  });
}

function eventOf({ id, profile_id: profileId, state }: Ended): DomainEvent {
  const type = state === 'expired' ? 'authorizations.expired.v1' : 'authorizations.outcome-unknown.v1';
  return { type, authorizationId: id, profileId };
}
