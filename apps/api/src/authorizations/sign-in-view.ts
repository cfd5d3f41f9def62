import type { AuthorizationState } from '@grantkeeper/contracts/authorizations/http';
import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { askedOfUser, type TypedInputs, valuesOf } from '@grantkeeper/core/authorizations/consent-inputs';
import { fillProfileUrl } from '@grantkeeper/core/profiles/profile-urls';
import { findSignIn, type SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { inputsPlace, openInputs } from '@grantkeeper/platform/grants/sealed-inputs';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Injectable } from '@nestjs/common';
import { otherBrowserPage, unknownLinkPage } from '../pages/notice-pages.js';
import type { Page } from '../pages/page.js';
import { isBoundTo } from './browser-cookie.js';
import { outcomePage, unavailablePage } from './pages/outcome-pages.js';
import { accountPage, codePage, consentPage, waitingPage } from './pages/sign-in-pages.js';
import { SignInLinks } from './sign-in-links.js';
import { TestSignInView } from './test-sign-in-view.js';

const exchanging: readonly AuthorizationState[] = ['code_received', 'exchanging'];
/** How long a page is held back for an outcome that is likely to come. */
const outcomeWaitMs = 4_000;

/** A form that could not be taken, and why. */
export interface SentForm {
  typed: TypedInputs;
  errors: readonly FieldError[];
}

/** What a sign-in link shows, to this browser, now. */
@Injectable()
export class SignInView {
  constructor(
    private readonly pool: SqlPool,
    private readonly waiters: Waiters,
    private readonly vault: Vault,
    private readonly links: SignInLinks,
    private readonly tests: TestSignInView,
  ) {}

  /** `sent` is what the form brought that could not be taken. */
  async pageOf(handle: string, browserToken: string | null, sent?: SentForm): Promise<Page> {
    const id = this.links.read(handle);
    const signIn = id === null ? null : await this.settled(id, browserToken);
    if (!signIn) return unknownLinkPage;
    if (signIn.browserHash !== null && !isBoundTo(signIn.browserHash, browserToken)) return otherBrowserPage;
    if (signIn.testRunId !== null) return this.tests.pageOf(signIn, signIn.testRunId, `/sign-in/${handle}`);
    return this.pageByState(signIn, `/sign-in/${handle}`, sent);
  }

  private pageByState(signIn: SignIn, path: string, sent: SentForm | undefined): Page | Promise<Page> {
    if (signIn.overdue) return outcomePage(signIn);
    if (signIn.callbackUnderWay) return waitingPage(signIn, path);
    switch (signIn.state) {
      case 'waiting':
      case 'consenting':
        return signIn.profileStatus === 'active' ? this.consentPage(signIn, path, sent) : unavailablePage(signIn);
      case 'code_received':
      case 'exchanging':
      case 'awaiting_verifier':
        return waitingPage(signIn, path);
      case 'confirming':
        return signIn.identityCheck === 'code' ? this.codePage(signIn, path) : accountPage(signIn, path);
      default:
        return outcomePage(signIn);
    }
  }

  private async consentPage(signIn: SignIn, path: string, sent: SentForm | undefined): Promise<Page> {
    const { id, assistantId, definition, tenant, chosenTenant, userId } = signIn;
    const inputs = await openInputs(this.vault, assistantId, inputsPlace('authorization', id), signIn.inputs);
    const asked = askedOfUser(definition, tenant, inputs);
    const url = fillProfileUrl(
      definition,
      definition.authorizationUrl,
      valuesOf(definition, chosenTenant ?? tenant, inputs, userId),
    );
    const typed = sent?.typed ?? { tenant: chosenTenant ?? '', fields: inputs.typed };
    return consentPage(signIn, path, typeof url === 'string' ? url : null, {
      definition,
      ...asked,
      typed,
      errors: sent?.errors ?? [],
    });
  }

  private async codePage(signIn: SignIn, path: string): Promise<Page> {
    if (signIn.confirmationCode === null) throw new Error(`authorization ${signIn.id} is confirming but has no code`);
    const place = { table: 'authorization', row: signIn.id, field: 'confirmation_code' };
    return codePage(signIn, path, await this.vault.open(signIn.assistantId, place, signIn.confirmationCode));
  }

  /** The authorization, once its exchange has ended or a while later; other browsers learn nothing and do not wait. */
  private async settled(id: string, browserToken: string | null): Promise<SignIn | null> {
    const deadline = performance.now() + outcomeWaitMs;
    const ticket = this.waiters.register(id);
    try {
      for (;;) {
        const signIn = await findSignIn(this.pool, id);
        const leftMs = deadline - performance.now();
        const waits = signIn !== null && isUnderWay(signIn) && isBoundTo(signIn.browserHash, browserToken);
        if (!waits || leftMs <= 0) return signIn;
        await ticket.within(leftMs);
      }
    } finally {
      ticket.release();
    }
  }
}

/** Also the moment between taking the state and keeping the code: a second delivery of the same callback must not ask to start over. */
function isUnderWay({ state, callbackUnderWay }: SignIn): boolean {
  return exchanging.includes(state) || callbackUnderWay;
}
