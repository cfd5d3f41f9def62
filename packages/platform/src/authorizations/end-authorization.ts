import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import type { DomainEvent } from '@grantkeeper/contracts/events';
import type { Transaction } from '../database/unit-of-work.js';
import { endHeld } from '../grants/end-grants.js';
import type { AuthorizationRecord } from './authorization.store.js';

/** How an authorization ends without a grant. */
export type Ending = { state: 'denied' | 'expired' | 'wrong_person' } | { state: 'failed'; reason: FailureReason };

/**
 * Ends a locked authorization without a grant: code, verifier, confirmation code and mark are dropped, a held grant is ended and its tokens queued for
 * revocation. The event and the wake-up are part of the transaction.
 */
export async function endAuthorization(transaction: Transaction, record: AuthorizationRecord, ending: Ending): Promise<void> {
  const reason = ending.state === 'failed' ? ending.reason : null;
  await transaction.sql.query({
    name: 'end-authorization',
    text: `UPDATE "authorization" SET state = $2, reason = $3, state_hash = NULL, code = NULL, code_verifier = NULL, confirmation_code = NULL,
             return_handle_hash = NULL, held_grant_id = NULL, attempt = NULL, queued_until = NULL, ended_at = now() WHERE id = $1`,
    values: [record.id, ending.state, reason],
  });
  if (record.heldGrantId !== null) await endHeld(transaction, [record.heldGrantId]);
  transaction.record(`authorization-${record.id}`, record.assistantId, endedEvent(record, ending));
  transaction.settled(record.id);
}

function endedEvent(record: AuthorizationRecord, ending: Ending): DomainEvent {
  const one = { authorizationId: record.id, profileId: record.profileId };
  switch (ending.state) {
    case 'failed':
      return { type: 'authorizations.failed.v1', ...one, reason: ending.reason };
    case 'denied':
      return { type: 'authorizations.denied.v1', ...one };
    case 'expired':
      return { type: 'authorizations.expired.v1', ...one };
    case 'wrong_person':
      return { type: 'authorizations.wrong-person.v1', ...one };
  }
}
