import { randomUUID } from 'node:crypto';
import type { JobPayload } from '@grantkeeper/contracts/jobs';
import { classifyExchange } from '@grantkeeper/core/grants/answer-class';
import type { OpenConnection } from '@grantkeeper/outbound/guarded-client';
import { type ExchangeFlight, ExchangeFlights, type ExchangeTry } from '@grantkeeper/platform/authorizations/exchange-flights';
import { type PreparedExchange, PrepareExchange } from '@grantkeeper/platform/authorizations/prepare-exchange';
import { SettleExchange } from '@grantkeeper/platform/authorizations/settle-exchange';
import { Flights } from '@grantkeeper/platform/flights/flights';
import { ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import { firstByteDeadline, HttpTokenEndpoint, isNotSent } from '@grantkeeper/platform/grants/token-endpoint';
import { observe } from '@grantkeeper/platform/observability/observations';
import { reached } from '@grantkeeper/platform/observability/steps';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

/**
 * authorizations.exchange: prepare → mark → send the code → settle. A code is sent once: a mark that finds no row stops, and no mark is ever taken over
 * (ARCHITECTURE.md, rules 1 and 2).
 */
@Injectable()
@Processes('authorizations.exchange')
export class ExchangeCodeProcessor implements JobProcessor<'authorizations.exchange'> {
  constructor(
    private readonly exchanges: ExchangeFlights,
    private readonly preparation: PrepareExchange,
    private readonly provider: HttpTokenEndpoint,
    private readonly settle: SettleExchange,
    private readonly flights: Flights,
    private readonly gates: ProviderGates,
  ) {}

  async process(
    { authorizationId }: JobPayload<'authorizations.exchange'>,
    { correlationId, signal, context }: Attempt,
  ): Promise<void> {
    const read = await this.exchanges.read(authorizationId);
    if (!read) return;
    const trial: ExchangeTry = { read, attempt: randomUUID(), correlationId };
    const prepared = await this.preparation.prepare(trial);
    if (!prepared) return;
    const connection = await this.provider.connect(prepared.url, context);
    if (isNotSent(connection)) {
      await this.preparation.notConnected(trial, connection);
      return observe('flight.settled', { kind: 'exchange', provider: new URL(prepared.url).host, outcome: connection.kind });
    }
    try {
      if (!signal.aborted && this.flights.maySend()) await this.flights.during(() => this.fly(trial, prepared, connection));
    } finally {
      connection.close();
    }
  }

  private async fly(trial: ExchangeTry, { url, request }: PreparedExchange, connection: OpenConnection): Promise<void> {
    const name = { kind: 'exchange', id: trial.read.authorizationId } as const;
    reached('exchange.before-mark', name.id);
    const deadline = firstByteDeadline();
    const flight = await this.mark(trial);
    if (!flight) return;
    reached('exchange.after-mark', name.id);

    const permit = this.gates.pass(url, trial.read.pinned.clientId); // somebody waits, and the code ends soon: it is counted and never delayed
    const outcome = await this.provider.send(connection, request, deadline, name);
    permit.report(outcome);
    const verdict = classifyExchange(outcome);
    await this.settle.untilStored(flight, verdict);
    observe('flight.settled', { kind: 'exchange', provider: new URL(url).host, outcome: verdict.kind });
    reached('exchange.after-settle', name.id);
  }

  /** A mark of which nobody knows whether it was stored is taken back: nothing was sent under it. */
  private async mark(trial: ExchangeTry): Promise<ExchangeFlight | null> {
    try {
      return await this.exchanges.mark(trial);
    } catch (error) {
      await this.settle.withdraw(trial);
      throw error;
    }
  }
}
