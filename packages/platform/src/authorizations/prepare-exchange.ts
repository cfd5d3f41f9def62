import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import { valuesOf } from '@grantkeeper/core/authorizations/consent-inputs';
import { classifyExchange, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { boundOriginsReach } from '@grantkeeper/core/grants/endpoints';
import type { FillFault } from '@grantkeeper/core/placeholders/values';
import { fillProfileUrl, originPattern } from '@grantkeeper/core/profiles/profile-urls';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import type pg from 'pg';
import type { Vault } from '../crypto/vault.js';
import { isDatabaseAway } from '../database/pool.js';
import { settling } from '../flights/settlement.js';
import { inputsPlace, openInputs, randomText } from '../grants/sealed-inputs.js';
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
    const isPinned = (url: string): boolean => pinned.origins.includes(originPattern(definition, url) ?? '');
    if (definition.clientId !== pinned.clientId || !isPinned(definition.tokenUrl) || !isPinned(pinned.tokenUrl))
      return this.fail(trial, 'endpoints_changed');

    const opened = await this.open(read);
    if (opened === null) return this.fail(trial, 'profile_unavailable');
    if (lacksSecret(opened.client)) return this.fail(trial, 'endpoints_changed'); // a revision that moved an origin has cleared it
    const { url } = opened;
    if (typeof url !== 'string' || !boundOriginsReach(pinned.origins, definition, pinned.tokenUrl, url))
      return this.fail(trial, 'endpoints_changed'); // what the user set out with no longer fills it, or leads elsewhere
    return { url, request: codeRequest(opened.client, { ...opened, redirectUri: pinned.redirectUri }) };
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

  /** Null where a sealed value does not open: one bad row must not be tried for ever. */
  private async open(
    read: ExchangeRead,
  ): Promise<{ client: RequestingClient; code: string; codeVerifier: string | null; url: string | FillFault } | null> {
    const { assistantId, authorizationId, profileId, definition, pinned, codeVerifier, clientSecret } = read;
    const open = (table: string, row: string, field: string, sealed: Buffer) =>
      this.vault.open(assistantId, { table, row, field }, sealed);
    try {
      const code = await open('authorization', authorizationId, 'code', read.code);
      const verifier = codeVerifier && (await open('authorization', authorizationId, 'code_verifier', codeVerifier));
      const secret = clientSecret && (await open('profile', profileId, 'client_secret', clientSecret));
      const client = { clientId: pinned.clientId, clientSecret: secret, authentication: pinned.clientAuthentication };
      const inputs = await openInputs(this.vault, assistantId, inputsPlace('authorization', authorizationId), read.inputs);
      const url = fillProfileUrl(definition, pinned.tokenUrl, valuesOf(definition, read.tenant, inputs, read.userId, randomText));
      return { client, code, codeVerifier: verifier, url };
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      return null;
    }
  }
}
