import { randomBytes } from 'node:crypto';
import { mergeIntoQuery } from '@grantkeeper/core/authorizations/authorization-request';
import { type Callback, checkIssuer } from '@grantkeeper/core/authorizations/callback';
import { checkTestCallback } from '@grantkeeper/core/test-runs/callback-check';
import {
  type AuthorizationRecord,
  keepCode,
  keepCodeForVerifier,
  lockAuthorization,
  type PinnedRequest,
  takeState,
} from '@grantkeeper/platform/authorizations/authorization.store';
import { findBoundTo } from '@grantkeeper/platform/authorizations/authorization.view';
import { type Ending, endAuthorization } from '@grantkeeper/platform/authorizations/end-authorization';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type Context, UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import { receiveTestCallback } from '@grantkeeper/platform/test-runs/receive-callback';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { isBoundTo } from './browser-cookie.js';
import { acceptCode } from './profile.strategy.js';

/** Where the browser goes next. */
export type CallbackOutcome =
  | { kind: 'sign-in-page'; authorizationId: string }
  | { kind: 'return'; url: string }
  | { kind: 'other-browser' }
  | { kind: 'unknown' };

/** What the provider sent the browser back with: the state is taken first and once, whatever else there is; then browser, issuer, error, code. */
export class AcceptCallback extends Command<CallbackOutcome> {
  constructor(
    readonly profileId: string,
    /** Null where what was sent is gone already. */
    readonly callback: Extract<Callback, { ok: true }> | null,
    readonly browserToken: string | null,
  ) {
    super();
  }
}

type Taken = AuthorizationRecord & { pinned: PinnedRequest };

@CommandHandler(AcceptCallback)
export class AcceptCallbackHandler implements ICommandHandler<AcceptCallback> {
  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly vault: Vault,
  ) {}

  async execute({ profileId, callback, browserToken }: AcceptCallback): Promise<CallbackOutcome> {
    const taken = callback && (await this.take(profileId, callback.state, browserToken));
    if (!taken) return this.again(profileId, browserToken);
    if (!isBoundTo(taken.browserHash, browserToken)) return { kind: 'other-browser' };
    if (taken.testRunId !== null) return this.handToTest({ ...taken, testRunId: taken.testRunId }, callback);
    if (!checkIssuer(callback.iss, taken.pinned)) return this.end(taken, { state: 'failed', reason: 'issuer_mismatch' });
    const { code, state } = callback;
    if (code === undefined)
      return this.end(
        taken,
        callback.error === 'access_denied' ? { state: 'denied' } : { state: 'failed', reason: 'provider_refused' },
      );
    let outcome: CallbackOutcome = { kind: 'unknown' };
    await acceptCode(taken.pinned, { code, state }, async (handedOver) => {
      outcome = await this.keep(taken, handedOver);
    });
    return outcome;
  }

  /** A test's answer goes to its run, whatever it is: what is wrong with it is what the test is about. */
  private async handToTest(
    taken: Taken & { testRunId: string },
    callback: Extract<Callback, { ok: true }>,
  ): Promise<CallbackOutcome> {
    const diagnosis = checkTestCallback(callback, taken.pinned);
    const given = diagnosis === null ? { code: callback.code ?? '' } : { diagnosis };
    await this.unitOfWork.run(contextOf(taken), async (transaction) => {
      const record = await lockAuthorization(transaction.sql, taken.id);
      if (record) await receiveTestCallback(transaction, this.vault, { ...record, testRunId: taken.testRunId }, given);
    });
    return { kind: 'sign-in-page', authorizationId: taken.id };
  }

  private async take(profileId: string, state: string, browserToken: string | null): Promise<Taken | null> {
    const browserHash = browserToken === null ? null : credentialHash(browserToken);
    return (await takeState(this.pool, profileId, credentialHash(state), browserHash)) as Taken | null;
  }

  /** A state that is unknown or used: a double click, a reload, a replay. The browser that began is led to how things stand. */
  private async again(profileId: string, browserToken: string | null): Promise<CallbackOutcome> {
    const bound = browserToken === null ? null : await findBoundTo(this.pool, profileId, credentialHash(browserToken));
    return bound ? { kind: 'sign-in-page', authorizationId: bound.id } : { kind: 'unknown' };
  }

  private async end(taken: Taken, ending: Ending): Promise<CallbackOutcome> {
    await this.unitOfWork.run(contextOf(taken), async (transaction) => {
      const record = await lockAuthorization(transaction.sql, taken.id);
      if (record?.state === 'consenting' && !record.stateAwaited) await endAuthorization(transaction, record, ending);
    });
    return { kind: 'sign-in-page', authorizationId: taken.id };
  }

  private async keep(taken: Taken, code: string): Promise<CallbackOutcome> {
    const { id: authorizationId, assistantId, profileId, identityCheck, returnUrl } = taken;
    const sealed = await this.vault.seal(assistantId, { table: 'authorization', row: authorizationId, field: 'code' }, code);
    const page: CallbackOutcome = { kind: 'sign-in-page', authorizationId };
    return this.unitOfWork.run(contextOf(taken), async (transaction) => {
      const record = (type: 'authorizations.code-received.v1' | 'authorizations.awaiting-verifier.v1'): void => {
        transaction.record(`authorization-${authorizationId}`, assistantId, { type, authorizationId, profileId });
        transaction.settled(authorizationId);
      };
      if (identityCheck === 'return') {
        if (returnUrl === null) throw new Error(`authorization ${authorizationId} has nowhere to return to`);
        const handle = randomBytes(32).toString('base64url');
        if (!(await keepCodeForVerifier(transaction.sql, authorizationId, sealed, credentialHash(handle)))) return page;
        record('authorizations.awaiting-verifier.v1');
        return {
          kind: 'return',
          url: mergeIntoQuery(returnUrl, [
            ['authorization', authorizationId],
            ['handle', handle],
          ]),
        };
      }
      if (await keepCode(transaction.sql, authorizationId, sealed)) record('authorizations.code-received.v1');
      return page;
    });
  }
}

const contextOf = ({ correlationId }: AuthorizationRecord): Context => ({ actor: { kind: 'user' }, correlationId });
