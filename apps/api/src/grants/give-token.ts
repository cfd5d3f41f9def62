import type { AskToken, TokenAnswer } from '@grantkeeper/contracts/grants/http';
import { isConfigurationFailure } from '@grantkeeper/core/grants/answer-class';
import { everyone } from '@grantkeeper/core/grants/everyone';
import { ProviderConfiguration, ProviderUnavailable, RefreshInProgress } from '@grantkeeper/core/grants/grants.errors';
import { Unauthenticated } from '@grantkeeper/core/kernel/request.errors';
import { ProfileDisabled, ProfileNotFound } from '@grantkeeper/core/profiles/profiles.errors';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { type TokenAsk, type TokenRead, TokenReader } from '@grantkeeper/platform/grants/token-read';
import { RefreshWishes } from '@grantkeeper/platform/grants/want-refresh';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { OpenAuthorization } from '../authorizations/open-authorization.command.js';
import { AskedTenant } from './asked-tenant.js';
import { ReadyAnswer, type ReadyBody } from './ready-answer.js';

/** A refresh is always waited for, at least this long. */
const refreshWaitMs = 15_000;
/** Between two reads of a grant that somebody else is just changing. */
const rereadMs = 25;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A read that got as far as an active or disabled profile of the key's assistant. */
type Placed = TokenRead & { keyId: string; assistantId: string; profileId: string; profileRevision: number };

type Reason = Extract<TokenAnswer, { status: 'reconnect_required' }>['reason'];
type NeedsPerson = Exclude<TokenAnswer, { status: 'ready' }>;

/** Answers an ask for a token: ready, or what stands in the way. */
@Injectable()
export class GiveToken {
  constructor(
    private readonly reader: TokenReader,
    private readonly wishes: RefreshWishes,
    private readonly waiters: Waiters,
    private readonly commands: CommandBus,
    private readonly readyAnswer: ReadyAnswer,
    private readonly tenants: AskedTenant,
  ) {}

  async give(runtimeKey: string, ask: AskToken, correlationId: string): Promise<ReadyBody | NeedsPerson> {
    const consentDeadline = performance.now() + ask.waitSeconds * 1000;
    let found = await this.look(toRead(runtimeKey, ask));
    for (let awaited: string | undefined; ; ) {
      if (found.grantStatus === 'active' && !found.ready) found = await this.refreshed(found, runtimeKey, ask, correlationId);
      const ready = found.ready ? (this.readyAnswer.now(found) ?? (await this.readyAnswer.from(found, ask))) : null;
      if (ready !== null && typeof ready !== 'string') return ready;
      const answer = ready === 'moved-on' ? null : await this.needsPerson(found, ask, correlationId, ready);
      if (!answer) {
        found = await this.look(toRead(runtimeKey, ask)); // a consent came between the two
        continue;
      }
      const isOver = awaited !== undefined && answer.authorizationId !== awaited; // denied, failed or expired: here is the next link
      awaited = answer.authorizationId;
      if (awaited === undefined || isOver || consentDeadline <= performance.now()) return answer;
      const next = await this.newsOf(awaited, toRead(runtimeKey, ask), consentDeadline, ready === null);
      if (!next) return answer;
      found = next;
    }
  }

  private async look(ask: TokenAsk): Promise<Placed> {
    const found = await this.reader.read(ask);
    if (found.keyId === null) throw new Unauthenticated();
    if (found.profileId === null || found.profileStatus === 'deleting') throw new ProfileNotFound();
    if (found.profileStatus !== 'active') throw new ProfileDisabled();
    if (found.grantStatus === 'active' || (found.grantId !== null && ask.tenant !== '')) return found as Placed;
    const tenant = await this.tenants.of(found.profileId, found.grantedTo === 'everyone' ? { ...ask, user: everyone } : ask);
    return tenant === ask.tenant ? (found as Placed) : ((await this.reader.read({ ...ask, tenant })) as Placed);
  }

  /** Waits for a refresh that it or somebody else asked for. Comes back with a ready token or a grant that needs its person again. */
  private async refreshed(first: Placed, runtimeKey: string, ask: AskToken, correlationId: string): Promise<Placed> {
    const deadline = performance.now() + Math.max(ask.waitSeconds * 1000, refreshWaitMs);
    let found = first;
    while (found.grantStatus === 'active' && !found.ready) {
      if (found.heldBackSeconds !== null) throw heldBack(found);
      const left = deadline - performance.now();
      if (left <= 0) return this.lastResort(runtimeKey, ask);
      await this.settleOf(found, ask, left, correlationId);
      found = await this.look(toRead(runtimeKey, ask));
    }
    return found;
  }

  private async settleOf(found: Placed, ask: AskToken, ms: number, correlationId: string): Promise<void> {
    const { grantId, version } = found as Placed & { grantId: string; version: number };
    const ticket = this.waiters.register(grantId);
    try {
      const refused = ask.refusedVersion === version;
      const outcome = await this.wishes.want({ grantId, version, refused, actor: `runtime:${found.keyId}`, correlationId });
      await ticket.within(outcome === 'wanted' ? ms : Math.min(ms, rereadMs));
    } finally {
      ticket.release();
    }
  }

  /** The deadline passed: a token that is still valid goes out; an expired one never does. */
  private async lastResort(runtimeKey: string, ask: AskToken): Promise<Placed> {
    const found = await this.look({ ...toRead(runtimeKey, ask), anyValid: true });
    if (found.grantStatus === 'active' && !found.ready) throw new RefreshInProgress(1);
    return found;
  }

  /** `unfit` says why the user is needed though the grant is active. Null where nobody is needed any more. */
  private async needsPerson(
    found: Placed,
    ask: AskToken,
    correlationId: string,
    unfit: Reason | null,
  ): Promise<NeedsPerson | null> {
    const reason = unfit ?? (found.grantStatus === 'reconnect_required' ? (found.reason as Reason) : null);
    const status = reason === null ? { status: 'consent_required' as const } : { status: 'reconnect_required' as const, reason };
    if (found.grantedTo === 'everyone') return { ...status, consentBy: 'operator' }; // no user can give it
    if (ask.signIn === false) return status;
    const opened = await this.commands.execute(
      new OpenAuthorization(
        {
          assistantId: found.assistantId,
          profileId: found.profileId,
          user: ask.user,
          account: ask.account,
          tenant: ask.tenant ?? null,
          fields: ask.fields ?? {},
          context: ask.context ?? {},
          replaces: unfit !== null,
          displayName: ask.signIn?.displayName ?? null,
          returnUrl: ask.signIn?.returnUrl ?? null,
          verifierChallenge: ask.signIn?.verifierChallenge ?? null,
          runtimeKeyId: found.keyId,
        },
        correlationId,
      ),
    );
    return opened && { ...status, ...opened, expiresAt: opened.expiresAt.toISOString() };
  }

  /** The read after the authorization has moved, or null when it did not in time. `anyToken`: one that is there already will do. */
  private async newsOf(authorizationId: string, ask: TokenAsk, deadline: number, anyToken: boolean): Promise<Placed | null> {
    const ticket = this.waiters.register(authorizationId);
    try {
      const found = await this.look(ask); // it may have settled before the ticket
      if (found.ready && anyToken) return found;
      return (await ticket.within(deadline - performance.now())) ? await this.look(ask) : null;
    } finally {
      ticket.release();
    }
  }
}

function heldBack(found: Placed): Error {
  if (isConfigurationFailure(found.lastFailure)) return new ProviderConfiguration();
  return new ProviderUnavailable(Math.max(1, Math.ceil(found.heldBackSeconds ?? 1)));
}

function toRead(runtimeKey: string, ask: AskToken): TokenAsk {
  return {
    keyHash: credentialHash(runtimeKey),
    profileId: uuid.test(ask.profile) ? ask.profile : null,
    profile: ask.profile,
    user: ask.user,
    account: ask.account,
    minTtlSeconds: ask.minTtlSeconds ?? null,
    refusedVersion: ask.refusedVersion ?? null,
    tenant: ask.tenant ?? '',
    anyValid: false,
  };
}
