import { randomUUID } from 'node:crypto';
import type { JobPayload } from '@grantkeeper/contracts/jobs';
import { classifyRefresh } from '@grantkeeper/core/grants/answer-class';
import type { OpenConnection } from '@grantkeeper/outbound/guarded-client';
import { Flights } from '@grantkeeper/platform/flights/flights';
import type { Permit } from '@grantkeeper/platform/gates/provider-gate';
import { type PreparedRefresh, PrepareRefresh } from '@grantkeeper/platform/grants/prepare-refresh';
import { type RefreshFlight, RefreshFlights, type RefreshTry } from '@grantkeeper/platform/grants/refresh-flights';
import { RefreshPermits } from '@grantkeeper/platform/grants/refresh-permits';
import { SettleRefresh } from '@grantkeeper/platform/grants/settle-refresh';
import { firstByteDeadline, HttpTokenEndpoint, isNotSent } from '@grantkeeper/platform/grants/token-endpoint';
import { observe } from '@grantkeeper/platform/observability/observations';
import { reached } from '@grantkeeper/platform/observability/steps';
import { Injectable } from '@nestjs/common';
import { type Attempt, type JobProcessor, Processes } from '../runtime/job-processor.js';

/**
 * grants.refresh, for which somebody waits, and grants.refresh-due, before expiry: prepare → permit → mark → ask the provider → settle. No transaction is open while the provider is asked.
 * A mark that finds no row stops: somebody else has this flight (ARCHITECTURE.md, rule 1).
 */
@Injectable()
@Processes('grants.refresh', 'grants.refresh-due')
export class RefreshProcessor implements JobProcessor<'grants.refresh' | 'grants.refresh-due'> {
  constructor(
    private readonly refreshes: RefreshFlights,
    private readonly preparation: PrepareRefresh,
    private readonly permits: RefreshPermits,
    private readonly provider: HttpTokenEndpoint,
    private readonly settle: SettleRefresh,
    private readonly flights: Flights,
  ) {}

  async process({ grantId, version }: JobPayload<'grants.refresh'>, attempt: Attempt): Promise<void> {
    const read = await this.refreshes.read(grantId, version);
    if (!read) return;
    const trial: RefreshTry = { read, attempt: randomUUID(), correlationId: attempt.correlationId };
    const prepared = await this.preparation.prepare(trial);
    if (!prepared) return;
    const permit = await this.permits.permit(read, prepared.url);
    if (!permit) return;
    try {
      if (await this.preparation.mayTry(trial)) await this.refresh(trial, prepared, permit, attempt);
    } finally {
      permit.release();
    }
  }

  private async refresh(
    trial: RefreshTry,
    prepared: PreparedRefresh,
    permit: Permit,
    { signal, context }: Attempt,
  ): Promise<void> {
    const connection = await this.provider.connect(prepared.url, context);
    if (isNotSent(connection)) {
      permit.report(connection);
      await this.preparation.notConnected(trial, connection);
      return observe('flight.settled', { kind: 'refresh', provider: new URL(prepared.url).host, outcome: connection.kind });
    }
    try {
      if (this.mayFly(trial, signal)) await this.flights.during(() => this.fly(trial, prepared, connection, permit));
    } finally {
      connection.close();
    }
  }

  /** Asked again when all else is done: the database may have been lost and have come back since, and another worker hold the answer of the mark that was read. */
  private mayFly({ read }: RefreshTry, signal: AbortSignal): boolean {
    return !signal.aborted && this.flights.maySend() && (read.attempt === null || this.flights.mayActOnSilence());
  }

  private async fly(
    trial: RefreshTry,
    { url, request, refreshToken }: PreparedRefresh,
    connection: OpenConnection,
    permit: Permit,
  ): Promise<void> {
    const name = { kind: 'refresh', id: trial.read.grantId } as const;
    reached('refresh.before-mark', name.id);
    const deadline = firstByteDeadline();
    const flight = await this.mark(trial);
    if (!flight) return;
    reached('refresh.after-mark', name.id);

    const outcome = await this.provider.send(connection, request, deadline, name);
    permit.report(outcome); // the provider has answered: the next may be asked while this is stored
    const verdict = classifyRefresh(outcome);
    await this.settle.untilStored(flight, verdict, refreshToken);
    observe('flight.settled', { kind: 'refresh', provider: new URL(url).host, outcome: verdict.kind });
    reached('refresh.after-settle', name.id);
  }

  /** A mark of which nobody knows whether it was stored is taken back: nothing was sent under it. */
  private async mark(trial: RefreshTry): Promise<RefreshFlight | null> {
    try {
      return await this.refreshes.mark(trial);
    } catch (error) {
      await this.settle.withdraw(trial);
      throw error;
    }
  }
}
