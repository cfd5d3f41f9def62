import { classifyRefresh, configurationFailure, type SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { boundOriginsReach, boundOriginsServe } from '@grantkeeper/core/grants/endpoints';
import type { FillFault } from '@grantkeeper/core/placeholders/values';
import { clientAuthenticationOf, refreshUrlOf } from '@grantkeeper/core/profiles/profile';
import { fillProfileUrl } from '@grantkeeper/core/profiles/profile-urls';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import type { Vault } from '../crypto/vault.js';
import { isDatabaseAway } from '../database/pool.js';
import type { Flights } from '../flights/flights.js';
import { clientSecretPlace, nextClientSecretPlace } from '../profiles/secret-places.js';
import type { HoldBackRefresh } from './hold-back-refresh.js';
import { nextTrySeconds } from './next-try.js';
import { type RefreshRead, type RefreshTry, standingOf, triesNextSecret } from './refresh-flights.js';
import { grantValues } from './sealed-inputs.js';
import { refreshTokenPlace } from './sealed-tokens.js';
import { lacksSecret, type RequestingClient, refreshRequest } from './token-request.js';

/** A refresh with everything slow done. */
export interface PreparedRefresh {
  url: string;
  request: OutboundRequest;
  /** To be told apart from the one that comes back. */
  refreshToken: string;
}

/** All that comes before the mark and leaves no trace where the refresh may go on; else what stands in its way is stored. */
export class PrepareRefresh {
  constructor(
    private readonly vault: Vault,
    private readonly holdBack: HoldBackRefresh,
    private readonly flights: Flights,
  ) {}

  /** The request, or null where this refresh ends here. */
  async prepare(trial: RefreshTry): Promise<PreparedRefresh | null> {
    const { read } = trial;
    const standing = standingOf(read);
    if (standing === 'under-way') return null;
    if (standing !== 'free' && !this.flights.mayActOnSilence()) return null; // another worker may hold the answer
    if (read.refreshToken === null) {
      await (read.tokenEnded ? this.holdBack.requireReconnect(trial, 'no_refresh_token') : this.holdBack.rest(trial));
      return null;
    }
    if (!boundOriginsServe(read.origins, read.definition) || read.definition.clientId !== read.clientId) {
      await this.holdBack.requireReconnect(trial, 'endpoints_changed');
      return null;
    }
    if (standing === 'give-up' || standing === 'wait-for-end') {
      await (standing === 'give-up' ? this.holdBack.requireReconnect(trial, 'outcome_unknown') : this.holdBack.rest(trial));
      return null;
    }
    if (standing === 'free' && read.refreshTokenEnded) {
      await (read.tokenEnded ? this.holdBack.requireReconnect(trial, 'refresh_token_expired') : this.holdBack.rest(trial));
      return null;
    }
    return this.build(trial, read.refreshToken);
  }

  /** Whether this one may go on, now that it has a permit: of all grants of a profile with a fault one tries, and no try is spent on a gate that is closed. */
  async mayTry(trial: RefreshTry): Promise<boolean> {
    return !trial.read.faultMayBeTried || !(await this.stopsAtFault(trial));
  }

  private async stopsAtFault(trial: RefreshTry): Promise<boolean> {
    const { fault } = trial.read;
    const isUnderWay = triesNextSecret(trial.read); // the second half of a try that has begun
    return fault !== null && !isUnderWay && this.holdBack.stopsAtFault(trial, fault);
  }

  /** Could not connect: nothing was marked, nothing was sent. */
  async notConnected(trial: RefreshTry, outcome: Extract<SendOutcome, { kind: 'not-sent' }>): Promise<void> {
    const verdict = classifyRefresh(outcome);
    const lasting = verdict.kind === 'not-sent' && verdict.lasting;
    if (lasting) await this.holdBack.park(trial, `${configurationFailure}:${outcome.reason}`, outcome.reason);
    else await this.holdBack.postpone(trial, outcome.reason, nextTrySeconds(trial.read));
  }

  private async build(trial: RefreshTry, sealedRefreshToken: Buffer): Promise<PreparedRefresh | null> {
    const { read } = trial;
    const opened = await this.open(read, sealedRefreshToken);
    if (opened === null || lacksSecret(opened.client)) {
      await this.holdBack.park(trial, configurationFailure, opened === null ? null : 'client_secret_missing');
      return null;
    }
    if (!read.faultMayBeTried && (await this.stopsAtFault(trial))) return null;
    const { client, refreshToken, url } = opened;
    const { definition } = read;
    if (typeof url !== 'string' || !boundOriginsReach(read.origins, definition, refreshUrlOf(definition), url)) {
      await this.holdBack.requireReconnect(trial, 'endpoints_changed'); // what it was consented with no longer fills it, or leads elsewhere
      return null;
    }
    return { url, request: refreshRequest(client, refreshToken), refreshToken };
  }

  /** Null where a sealed value does not open: one bad row must not be tried for ever at full speed. */
  private async open(
    read: RefreshRead,
    sealedRefreshToken: Buffer,
  ): Promise<{ client: RequestingClient; refreshToken: string; url: string | FillFault } | null> {
    const { assistantId, grantId, definition } = read;
    try {
      const client = {
        clientId: definition.clientId,
        clientSecret: await this.secretOf(read),
        authentication: clientAuthenticationOf(definition),
      };
      const url = fillProfileUrl(definition, refreshUrlOf(definition), await grantValues(this.vault, read, definition));
      return { client, url, refreshToken: await this.vault.open(assistantId, refreshTokenPlace(grantId), sealedRefreshToken) };
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      return null;
    }
  }

  private async secretOf(read: RefreshRead): Promise<string | null> {
    const { assistantId, profileId, clientSecret, nextClientSecret } = read;
    const [place, sealed] = triesNextSecret(read)
      ? [nextClientSecretPlace(profileId), nextClientSecret]
      : [clientSecretPlace(profileId), clientSecret];
    return sealed && this.vault.open(assistantId, place, sealed);
  }
}
