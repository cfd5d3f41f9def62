import {
  isProfileFault,
  isWrongSecret,
  lastFailureOf,
  nextSecretFailure,
  type RefreshVerdict,
} from '@grantkeeper/core/grants/answer-class';
import { expiresAt } from '@grantkeeper/core/grants/refresh-policy';
import { subjectOf } from '@grantkeeper/core/grants/subject';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import type pg from 'pg';
import type { Vault } from '../crypto/vault.js';
import { Gather } from '../database/gather.js';
import type { Flights } from '../flights/flights.js';
import { type Settlement, settling } from '../flights/settlement.js';
import { endFault, noteFault } from '../profiles/profile-fault.js';
import { promoteSecret } from '../profiles/promote-secret.js';
import { clientSecretPlace, nextClientSecretPlace } from '../profiles/secret-places.js';
import { keepAllRefreshed, type RefreshAnswer } from './keep-refreshed.js';
import { configurationSeconds, nextTrySeconds, refreshTimes } from './next-try.js';
import {
  type RefreshFlight,
  type RefreshRead,
  type RefreshTry,
  refreshEndOf,
  reuseSecondsOf,
  triesNextSecret,
} from './refresh-flights.js';
import { backOff, leaveMark, putBack, refuse } from './refresh-settles.js';
import { sealTokens } from './sealed-tokens.js';

const unreadableRefusal = 'unreadable_refusal';
const askAgainSeconds = 60;

type Unmended = Exclude<RefreshVerdict, { kind: 'tokens' }>;

/** Stores what became of a refresh: in one transaction with its event, and again until PostgreSQL has taken it. Good answers are gathered over concurrent refreshes. */
export class SettleRefresh {
  private readonly keeps: Gather<RefreshAnswer, undefined>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly vault: Vault,
    private readonly flights: Flights,
  ) {
    const keepAll = async (answers: RefreshAnswer[]): Promise<undefined[]> => {
      await keepAllRefreshed(pool, answers);
      return answers.map(() => undefined);
    };
    this.keeps = new Gather(keepAll, { maxRunning: 2, keyOf: ({ sealed }) => sealed.grantId });
  }

  /** Settles by the verdict; `sentToken` is the refresh token that was sent. */
  async untilStored(flight: RefreshFlight, verdict: RefreshVerdict, sentToken: string): Promise<void> {
    if (verdict.kind === 'tokens' && isOfAnotherSubject(flight, verdict.tokens)) {
      // Tokens of somebody else never take the place of a user's own; whether the old refresh token still works nobody knows.
      await this.store(flight, (settlement) => leaveMark(settlement, flight, 'subject_changed'));
    } else if (verdict.kind === 'tokens') {
      await this.keep(flight, verdict.tokens, sentToken);
      if (triesNextSecret(flight.read)) await this.promoteNextSecret(flight);
      else if (flight.read.fault !== null) await this.store(flight, ({ sql }) => endFault(sql, flight.read.profileId));
    } else if (isWrongSecret(verdict) && mayTryNextSecret(flight.read)) {
      // A complete error answer: the refresh token was not used, and may be sent again, under a mark of its own.
      await this.store(flight, (settlement) => backOff(settlement, flight, nextSecretFailure, 0));
    } else {
      await this.store(flight, async (settlement) => {
        await this.settleFailure(settlement, flight, verdict);
        if (isLasting(verdict) && isProfileFault(verdict.failure))
          await noteFault(settlement.sql, flight.read.profileId, verdict.failure);
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

  /** Once the tokens are stored: what comes of this is told anew by the next refresh. */
  private async promoteNextSecret(flight: RefreshFlight): Promise<void> {
    const { assistantId, profileId, nextClientSecret, nextClientSecretSetAt: setAt } = flight.read;
    if (nextClientSecret === null || setAt === null) return;
    const secret = await this.vault.open(assistantId, nextClientSecretPlace(profileId), nextClientSecret);
    const sealed = await this.vault.seal(assistantId, clientSecretPlace(profileId), secret);
    await this.store(flight, (settlement) => promoteSecret(settlement, { profileId, assistantId, setAt, sealed }));
  }

  private async keep(flight: RefreshFlight, tokens: TokenSet, sentToken: string): Promise<void> {
    const answer = await this.flights.untilSealed(() => this.seal(flight, tokens, sentToken));
    await this.flights.untilStored(() => this.keeps.ask(answer), answer);
  }

  /** From here on no token is held as it came. */
  private async seal({ read, ...flight }: RefreshFlight, tokens: TokenSet, sentToken: string): Promise<RefreshAnswer> {
    const { assistantId, profileId, version } = read;
    const { advanced } = read.definition;
    const lifetimeSeconds = tokens.expiresInSeconds ?? advanced.assumedLifetimeSeconds ?? read.lifetimeSeconds; // told once, it holds until told otherwise
    const expiry = expiresAt(flight.sentAt, lifetimeSeconds);
    const isConstant = tokens.refreshToken === null || tokens.refreshToken === sentToken;
    const refreshToken = {
      issuedAt: flight.sentAt,
      consentedAt: read.consentedAt,
      toldSeconds: tokens.refreshExpiresInSeconds,
      before: refreshEndOf(read),
      isSame: isConstant,
    };
    return {
      kind: 'refresh',
      correlationId: flight.correlationId,
      attempt: flight.attempt,
      assistantId,
      profileId,
      version,
      sealed: await sealTokens(this.vault, assistantId, read.grantId, tokens),
      inputs: read.inputs,
      isConstant,
      scope: tokens.scope,
      issuedAt: flight.sentAt,
      lifetimeSeconds,
      expiresAt: expiry,
      ...refreshTimes(refreshToken, expiry, advanced),
    };
  }
}

/** The present secret was refused, and there is another one that was not tried just now. */
function mayTryNextSecret(read: RefreshRead): boolean {
  return read.nextClientSecret !== null && !triesNextSecret(read);
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
