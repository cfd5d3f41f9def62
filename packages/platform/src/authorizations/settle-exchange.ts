import { type ExchangeVerdict, isSecretFault } from '@grantkeeper/core/grants/answer-class';
import { subjectOf } from '@grantkeeper/core/grants/subject';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import type pg from 'pg';
import type { Flights } from '../flights/flights.js';
import { type Settlement, settling } from '../flights/settlement.js';
import type { ConsentedGrants } from '../grants/consented-grants.js';
import { endFaultOfExchange, noteFault } from '../profiles/profile-fault.js';
import { type ExchangeFlight, type ExchangeTry, failExchange, waitOrFail } from './exchange-flights.js';

/** Stores what became of an exchange: in one transaction with its events, and again until PostgreSQL has taken it. */
export class SettleExchange {
  constructor(
    private readonly pool: pg.Pool,
    private readonly consented: ConsentedGrants,
    private readonly flights: Flights,
  ) {}

  async untilStored(flight: ExchangeFlight, verdict: ExchangeVerdict): Promise<void> {
    switch (verdict.kind) {
      case 'tokens':
        return this.keep(flight, verdict.tokens);
      case 'failed':
        return this.store(flight, async (settlement) => {
          const isTold = await failExchange(settlement, flight, 'mine', verdict.reason);
          if (isTold && isFaultOfProfile(flight, verdict.detail))
            await noteFault(settlement.sql, flight.read.profileId, verdict.detail);
        });
      case 'not-sent':
        return this.store(flight, async (settlement) => {
          if (verdict.lasting) await failExchange(settlement, flight, 'mine', 'provider_unreachable');
          else await waitOrFail(settlement, flight, 'mine');
        });
      case 'unknown': // the mark stays: after 30 s the sweeper says outcome_unknown, and a code is never sent twice
        return undefined;
    }
  }

  /** Takes back a mark that may or may not have been stored, and under which nothing was sent. */
  withdraw(trial: ExchangeTry): Promise<void> {
    return this.store(trial, (settlement) => waitOrFail(settlement, trial, 'mine'));
  }

  private async keep(flight: ExchangeFlight, tokens: TokenSet): Promise<void> {
    const { clientId, issuer } = flight.read.pinned;
    const subject = subjectOf(tokens.idToken, { clientId, issuer });
    if (subject.kind === 'mismatch') {
      await this.store(flight, async (settlement) => void (await failExchange(settlement, flight, 'mine', 'issuer_mismatch')));
      return;
    }
    const known = subject.kind === 'known' ? subject : { subject: null, account: null };
    await this.consented.untilStored(flight, tokens, known);
    const { fault, profileId } = flight.read;
    if (fault !== null && isSecretFault(fault)) await this.store(flight, ({ sql }) => endFaultOfExchange(sql, profileId));
  }

  private store(trial: ExchangeTry, settle: (settlement: Settlement) => Promise<void>): Promise<void> {
    return this.flights.untilStored(() => settling(this.pool, trial.correlationId, settle));
  }
}

/**
 * Whether refreshes would meet the same refusal. Only where it is about the secret, and asked at an address that is the same for all: what one user typed must not
 * stop the others. Where there is a next secret, a refresh finds out which of the two is taken.
 */
function isFaultOfProfile({ read }: ExchangeFlight, detail: string): boolean {
  return isSecretFault(detail) && !read.hasNextSecret && !/[{}]/.test(read.pinned.tokenUrl);
}
