import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import { classifyExchange, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import type pg from 'pg';
import type { Vault } from '../crypto/vault.js';
import { settling } from '../flights/settlement.js';
import { codeRequest, lacksSecret, type RequestingClient } from '../grants/token-request.js';
import { type ExchangeRead, type ExchangeTry, failExchange, waitOrFail } from './exchange-flights.js';

/** An exchange with everything slow done. */
export interface PreparedExchange {
  url: string;
  request: OutboundRequest;
}

/** All that comes before the mark and leaves no trace where the exchange may go on; else the authorization ends here. */
export class PrepareExchange {
  constructor(
    private readonly pool: pg.Pool,
    private readonly vault: Vault,
  ) {}

  /** The request as it was pinned when the user set out, or null where it may not be made any more. */
  async prepare(trial: ExchangeTry): Promise<PreparedExchange | null> {
    const { read } = trial;
    const { pinned, profileStatus, definition } = read;
    if (profileStatus !== 'active') return this.fail(trial, 'profile_unavailable');
    if (definition.clientId !== pinned.clientId || originOf(definition.tokenUrl) !== originOf(pinned.tokenUrl))
      return this.fail(trial, 'endpoints_changed');

    const client: RequestingClient = {
      clientId: pinned.clientId,
      clientSecret: await this.open(read, { table: 'profile', row: read.profileId, field: 'client_secret' }, read.clientSecret),
      authentication: pinned.clientAuthentication,
    };
    if (lacksSecret(client)) return this.fail(trial, 'endpoints_changed'); // a revision that moved an origin has cleared it

    const place = (field: string) => ({ table: 'authorization', row: read.authorizationId, field });
    const code = (await this.open(read, place('code'), read.code)) ?? '';
    const codeVerifier = await this.open(read, place('code_verifier'), read.codeVerifier);
    return { url: pinned.tokenUrl, request: codeRequest(client, { code, redirectUri: pinned.redirectUri, codeVerifier }) };
  }

  /** Could not connect: nothing was marked, nothing was sent. */
  async notConnected(trial: ExchangeTry, outcome: Extract<SendOutcome, { kind: 'not-sent' }>): Promise<void> {
    const verdict = classifyExchange(outcome);
    const lasting = verdict.kind === 'not-sent' && verdict.lasting;
    if (lasting) await this.fail(trial, 'provider_unreachable');
    else await settling(this.pool, trial.correlationId, (settlement) => waitOrFail(settlement, trial, 'waiting'));
  }

  private async fail(trial: ExchangeTry, reason: FailureReason): Promise<null> {
    await settling(this.pool, trial.correlationId, (settlement) => failExchange(settlement, trial, 'waiting', reason));
    return null;
  }

  private async open(
    read: ExchangeRead,
    place: { table: string; row: string; field: string },
    sealed: Buffer | null,
  ): Promise<string | null> {
    return sealed === null ? null : this.vault.open(read.assistantId, place, sealed);
  }
}

function originOf(url: string): string | null {
  return URL.canParse(url) ? new URL(url).origin : null;
}
