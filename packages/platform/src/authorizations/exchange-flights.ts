import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import type { IdentityCheck } from '@grantkeeper/contracts/profiles/http';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type pg from 'pg';
import type { Flights } from '../flights/flights.js';
import type { Settlement } from '../flights/settlement.js';
import type { PinnedRequest } from './authorization.store.js';

/** An authorization whose code waits, as it stood when it was read, with its profile. */
export interface ExchangeRead {
  authorizationId: string;
  assistantId: string;
  profileId: string;
  identityCheck: IdentityCheck;
  pinned: PinnedRequest;
  /** What the consent stands on beside the profile, sealed for the authorization. */
  inputs: Buffer | null;
  tenant: string;
  userId: string;
  code: Buffer;
  codeVerifier: Buffer | null;
  profileStatus: 'active' | 'disabled' | 'archived' | 'deleting';
  definition: ProfileDefinition;
  clientSecret: Buffer | null;
  /** There is a next secret, which refreshes try by themselves. */
  hasNextSecret: boolean;
  /** The profile's fault, if one is known. */
  fault: string | null;
}

/** A try at an exchange: its mark bears `attempt`, which is never the job's id. */
export interface ExchangeTry {
  read: ExchangeRead;
  attempt: string;
  correlationId: string;
}

/** An exchange that is marked: this code is never sent again. `sentAt` is PostgreSQL's instant of the mark. */
export interface ExchangeFlight extends ExchangeTry {
  sentAt: Date;
}

/** Reading and marking of exchanges (docs/flows/authorize.md). */
export class ExchangeFlights {
  constructor(
    private readonly pool: pg.Pool,
    private readonly flights: Flights,
  ) {}

  /** The authorization, if its code waits and nobody exchanges it. */
  async read(authorizationId: string): Promise<ExchangeRead | null> {
    const { rows } = await this.flights.watching(() =>
      this.pool.query<ExchangeRead>({
        name: 'exchange-read',
        text: `SELECT a.id AS "authorizationId", a.assistant_id AS "assistantId", a.profile_id AS "profileId", a.identity_check AS "identityCheck", a.pinned,
                 a.inputs, coalesce(a.chosen_tenant, a.tenant) AS tenant, a.user_id AS "userId", a.code, a.code_verifier AS "codeVerifier", p.status AS "profileStatus", p.definition, p.client_secret AS "clientSecret", p.next_client_secret IS NOT NULL AS "hasNextSecret",
                 p.fault_reason AS fault
               FROM "authorization" a JOIN profile p ON p.id = a.profile_id AND p.assistant_id = a.assistant_id
               WHERE a.id = $1 AND a.state = 'code_received' AND a.attempt IS NULL AND a.code IS NOT NULL`,
        values: [authorizationId],
      }),
    );
    return rows[0] ?? null;
  }

  /** Marks the code as being sent, the last thing before the first byte; null where somebody else has it or it is no longer wanted. There is no takeover. */
  async mark(trial: ExchangeTry): Promise<ExchangeFlight | null> {
    const { rows } = await this.flights.watching(() =>
      this.pool.query<{ sent_at: Date }>({
        name: 'exchange-mark',
        text: `UPDATE "authorization" SET state = 'exchanging', attempt = $2, sent_at = now()
               WHERE id = $1 AND state = 'code_received' AND attempt IS NULL AND NOT coalesce(code_received_at < now() - interval '10 minutes', false)
                 AND EXISTS (SELECT 1 FROM profile p WHERE p.id = profile_id AND p.status = 'active')
               RETURNING sent_at`,
        values: [trial.read.authorizationId, trial.attempt],
      }),
    );
    return rows[0] ? { ...trial, sentAt: rows[0].sent_at } : null;
  }
}

/** Where an authorization must stand for a settle to count: not yet marked, or marked by this very attempt. */
type Where = 'waiting' | 'mine';
const wheres: Record<Where, string> = {
  waiting: `id = $1 AND $2::uuid IS NOT NULL AND state = 'code_received' AND attempt IS NULL`,
  mine: `id = $1 AND attempt = $2 AND state IN ('exchanging', 'outcome_unknown')`,
};

/** Ends an authorization without a grant; its code and verifier are forgotten. False where it has moved on. */
export async function failExchange(
  settlement: Settlement,
  trial: { attempt: string; read: Pick<ExchangeRead, 'authorizationId' | 'profileId' | 'assistantId'> },
  where: Where,
  reason: FailureReason,
): Promise<boolean> {
  const { authorizationId, profileId, assistantId } = trial.read;
  const { rowCount } = await settlement.sql.query({
    name: `exchange-fail-${where}`,
    text: `UPDATE "authorization" SET state = 'failed', reason = $3, code = NULL, code_verifier = NULL, attempt = NULL, sent_at = NULL, queued_until = NULL,
             ended_at = now() WHERE ${wheres[where]}`,
    values: [authorizationId, trial.attempt, reason],
  });
  if (rowCount !== 1) return false;
  settlement.record(`authorization-${authorizationId}`, assistantId, {
    type: 'authorizations.failed.v1',
    authorizationId,
    profileId,
    reason,
  });
  settlement.settled(authorizationId);
  return true;
}

/**
 * Not sent: the code waits for another try, after 1, 2, 4, … s. A minute after the callback nobody watches the page any more and the code is about to end:
 * then, after four tries at least (a verifier may come late in that minute), it has failed.
 */
export async function waitOrFail(settlement: Settlement, trial: ExchangeTry, where: Where): Promise<void> {
  const { rowCount } = await settlement.sql.query({
    name: `exchange-wait-${where}`,
    text: `UPDATE "authorization" SET state = 'code_received', attempt = NULL, sent_at = NULL, send_failures = send_failures + 1,
             queued_until = now() + make_interval(secs => least(8, 2 ^ send_failures))
           WHERE ${wheres[where]} AND state <> 'outcome_unknown' AND (send_failures < 3 OR code_received_at > now() - interval '60 s')`,
    values: [trial.read.authorizationId, trial.attempt],
  });
  if (rowCount !== 1) await failExchange(settlement, trial, where, 'provider_unreachable');
}
