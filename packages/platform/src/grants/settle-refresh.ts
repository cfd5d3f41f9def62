import type { EndReason } from '@grantkeeper/contracts/grants/http';
import { isProfileFault, lastFailureOf, type RefreshVerdict } from '@grantkeeper/core/grants/answer-class';
import { expiresAt } from '@grantkeeper/core/grants/refresh-policy';
import { subjectOf } from '@grantkeeper/core/grants/subject';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import type pg from 'pg';
import type { Vault } from '../crypto/vault.js';
import type { Flights } from '../flights/flights.js';
import { type Settlement, settling } from '../flights/settlement.js';
import { endFault, noteFault } from '../profiles/profile-fault.js';
import { configurationSeconds, nextTrySeconds, refreshDueAt } from './next-try.js';
import { type RefreshFlight, type RefreshTry, reuseSecondsOf } from './refresh-flights.js';
import { backOff, leaveMark, putBack, refuse } from './refresh-settles.js';
import { type SealedTokens, sealTokens } from './sealed-tokens.js';

const unreadableRefusal = 'unreadable_refusal';
const askAgainSeconds = 60;

type Unmended = Exclude<RefreshVerdict, { kind: 'tokens' }>;

/** Stores what became of a refresh: in one transaction with its event, and again until PostgreSQL has taken it. */
export class SettleRefresh {
  constructor(
    private readonly pool: pg.Pool,
    private readonly vault: Vault,
    private readonly flights: Flights,
  ) {}

  /** Settles by the verdict; `sentToken` is the refresh token that was sent. */
  async untilStored(flight: RefreshFlight, verdict: RefreshVerdict, sentToken: string): Promise<void> {
    if (verdict.kind === 'tokens' && isOfAnotherSubject(flight, verdict.tokens)) {
      // Tokens of somebody else never take the place of a user's own; whether the old refresh token still works nobody knows.
      await this.store(flight, (settlement) => leaveMark(settlement, flight, 'subject_changed'));
    } else if (verdict.kind === 'tokens') {
      await this.keep(flight, verdict.tokens, sentToken);
      if (flight.read.fault !== null) await this.store(flight, ({ sql }) => endFault(sql, flight.read.profileId));
    } else {
      await this.store(flight, async (settlement) => {
        await this.settleFailure(settlement, flight, verdict);
        if (isLasting(verdict) && isProfileFault(verdict.failure)) await noteFault(settlement.sql, flight.read.profileId, verdict.failure);
      });
    }
  }

  /** Takes back a mark that may or may not have been stored, and under which nothing was sent. */
  withdraw(trial: RefreshTry): Promise<void> {
    return this.store(trial, (settlement) => putBack(settlement, trial, 'mark_unconfirmed', nextTrySeconds(trial.read)));
  }

  private store(flight: RefreshTry, settle: (settlement: Settlement) => Promise<void>): Promise<void> {
    return this.flights.untilStored(() => settling(this.pool, flight.correlationId, settle));
  }

  private settleFailure(settlement: Settlement, flight: RefreshFlight, verdict: Unmended): Promise<void> {
    const { read } = flight;
    const failure = lastFailureOf(verdict);
    switch (verdict.kind) {
      case 'refused':
        return mayBeAskedAgain(flight, verdict.readable)
          ? backOff(settlement, flight, unreadableRefusal, askAgainSeconds)
          : refuse(settlement, flight);
      case 'transient':
        return backOff(settlement, flight, failure, nextTrySeconds(read, verdict.retryAfterSeconds));
      case 'configuration':
        return backOff(settlement, flight, failure, configurationSeconds);
      case 'not-sent':
        return putBack(settlement, flight, failure, verdict.lasting ? configurationSeconds : nextTrySeconds(read));
      case 'unknown': // a constant refresh token survives being sent twice
        return read.constant
          ? backOff(settlement, flight, failure, nextTrySeconds(read))
          : leaveMark(settlement, flight, failure);
    }
  }

  private async keep(flight: RefreshFlight, tokens: TokenSet, sentToken: string): Promise<void> {
    const { assistantId, grantId } = flight.read;
    const isSame = tokens.refreshToken === null || tokens.refreshToken === sentToken;
    let sealed: SealedTokens | undefined;
    await this.flights.untilStored(async () => {
      sealed ??= await sealTokens(this.vault, assistantId, grantId, tokens);
      const kept = sealed;
      await settling(this.pool, flight.correlationId, async (settlement) => {
        if (await replaceTokens(settlement, flight, kept, tokens, isSame)) return;
        await revokeIfEnded(settlement, flight, kept);
      });
    });
  }
}

const isLasting = (verdict: Unmended): boolean =>
  verdict.kind === 'configuration' || (verdict.kind === 'not-sent' && verdict.lasting);

/** A refusal by the status alone is heard twice before it counts, where sending again does no harm. */
function mayBeAskedAgain({ read }: RefreshFlight, readable: boolean): boolean {
  return !readable && read.lastFailure !== unreadableRefusal && (read.constant || reuseSecondsOf(read) !== null);
}

/** A refresh must stay with the user who consented (OpenID Connect Core section 12.2), as far as both are known. */
function isOfAnotherSubject({ read }: RefreshFlight, { idToken }: TokenSet): boolean {
  const refreshed = subjectOf(idToken, { clientId: read.clientId, issuer: null });
  return refreshed.kind === 'known' && read.subject !== null && refreshed.subject !== read.subject;
}

/** A good answer: the first one wins, also over a grant that was given up meanwhile; false where the version has moved (docs/flows/refresh.md). */
async function replaceTokens(
  settlement: Settlement,
  flight: RefreshFlight,
  sealed: SealedTokens,
  tokens: TokenSet,
  isConstant: boolean,
): Promise<boolean> {
  const { grantId, version, assistantId, profileId } = flight.read;
  const { advanced } = flight.read.definition;
  const lifetimeSeconds = tokens.expiresInSeconds ?? advanced.assumedLifetimeSeconds ?? flight.read.lifetimeSeconds; // told once, it holds until told otherwise
  const expiry = expiresAt(flight.sentAt, lifetimeSeconds);
  const { rows } = await settlement.sql.query<{ version: number; scope: string }>({
    name: 'refresh-keep',
    text: `UPDATE "grant" SET hand_out = $3, refresh_token = coalesce($4, refresh_token), version = version + 1, constant = $5, issued_at = $6, lifetime_seconds = $7,
             expires_at = $8, scope = coalesce($9, scope), due_at = $10, queued_until = NULL, attempt = NULL, sent_at = NULL, sends = 0, failures = 0,
             last_failure = NULL,
             reason = CASE WHEN status = 'reconnect_required' AND reason IN ('outcome_unknown', 'invalid_grant') THEN NULL ELSE reason END,
             status = CASE WHEN status = 'reconnect_required' AND reason IN ('outcome_unknown', 'invalid_grant') THEN 'active' ELSE status END
           WHERE id = $1 AND version = $2 AND status <> 'ended' RETURNING version, scope`,
    values: [
      grantId,
      version,
      sealed.handOut,
      sealed.refreshToken,
      isConstant,
      flight.sentAt,
      lifetimeSeconds,
      expiry,
      tokens.scope,
      refreshDueAt(flight.sentAt, expiry, advanced),
    ],
  });
  const [row] = rows;
  if (!row) return false;
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.refreshed.v1',
    grantId,
    profileId,
    version: row.version,
    expiresAt: expiry?.toISOString() ?? null,
    scope: row.scope,
  });
  settlement.settled(grantId);
  return true;
}

/** Tokens that came after their grant had ended are still alive at the provider: they are revoked as its others were. After a reconnect never: some providers end the user's whole consent. */
async function revokeIfEnded(settlement: Settlement, flight: RefreshFlight, sealed: SealedTokens): Promise<void> {
  const { grantId, assistantId, profileId } = flight.read;
  const { rows } = await settlement.sql.query<{ version: number; reason: EndReason }>({
    name: 'refresh-revoke-late',
    text: `WITH ended AS (SELECT id, assistant_id, profile_id, origins, version, reason FROM "grant" WHERE id = $1 AND status = 'ended'),
           late AS (
             INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, hand_out, refresh_token, queued_until)
             SELECT $2, assistant_id, profile_id, id, origins, $3, $4, now() + interval '5 s' FROM ended ON CONFLICT (id) DO NOTHING RETURNING id)
           SELECT version, reason FROM ended, late`,
    values: [grantId, flight.attempt, sealed.handOut, sealed.refreshToken], // by the attempt's id: stored once, however often it is tried
  });
  const [row] = rows;
  if (!row) return;
  settlement.record(`grant-${grantId}`, assistantId, {
    type: 'grants.ended.v1',
    grantId,
    profileId,
    version: row.version,
    reason: row.reason,
    revocationId: flight.attempt,
  });
}
