import type { SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import { everyone } from '@grantkeeper/core/grants/everyone';
import { closeOpenAuthorizations } from '../authorizations/close-authorizations.js';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';
import type { Waiters } from '../waiting/waiters.js';
import { type EndedGrant, endGrantsIn } from './end-grants.js';
import { revocationState } from './revocations.js';

/** Signs one grant out, with the consents in progress of the same key (lock order: authorization, then grant); null where it has ended already. */
export async function signOutIn(
  transaction: Transaction,
  grant: { id: string; profileId: string; user: string | null; account: string; tenant: string | null },
): Promise<EndedGrant | null> {
  const { id, profileId, user, account, tenant } = grant;
  const tenants = tenant === null ? [''] : ['', tenant]; // also where the user has yet to choose
  await closeOpenAuthorizations(transaction, { profileId, user: user ?? everyone, account, tenants });
  const [ended] = await endGrantsIn(transaction, [id], 'signed_out');
  return ended ?? null;
}

/** What the provider said of a sign-out, or `pending` where it has not within `ms`. */
export async function revocationOutcome(
  sql: Sql,
  waiters: Waiters,
  revocationId: string,
  ms: number,
): Promise<SignOutAnswer['revocation']> {
  const deadline = performance.now() + ms;
  const ticket = waiters.register(revocationId);
  try {
    for (;;) {
      const state = await revocationState(sql, revocationId);
      if (state !== 'pending' || !(await ticket.within(deadline - performance.now()))) return state;
    }
  } finally {
    ticket.release();
  }
}
