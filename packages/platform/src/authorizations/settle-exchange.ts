import type { ExchangeVerdict } from '@grantkeeper/core/grants/answer-class';
import { subjectOf } from '@grantkeeper/core/grants/subject';
import type { TokenSet } from '@grantkeeper/core/grants/token-answer';
import type pg from 'pg';
import type { Flights } from '../flights/flights.js';
import { type Settlement, settling } from '../flights/settlement.js';
import type { ConsentedGrants } from '../grants/consented-grants.js';
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
        return this.store(flight, async (settlement) => void (await failExchange(settlement, flight, 'mine', verdict.reason)));
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
  }

  private store(trial: ExchangeTry, settle: (settlement: Settlement) => Promise<void>): Promise<void> {
    return this.flights.untilStored(() => settling(this.pool, trial.correlationId, settle));
  }
}
