import type { TestRunState } from '@grantkeeper/contracts/test-runs/http';
import { valuesOf } from '@grantkeeper/core/authorizations/consent-inputs';
import { fillProfileUrl } from '@grantkeeper/core/profiles/profile-urls';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { inputsPlace, openInputs } from '@grantkeeper/platform/grants/sealed-inputs';
import { findTestStanding, type TestStanding } from '@grantkeeper/platform/test-runs/test-run.store';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import { Injectable } from '@nestjs/common';
import { unknownLinkPage } from '../pages/notice-pages.js';
import type { Page } from '../pages/page.js';
import { testConsentPage, testOutcomePage, testWaitingPage } from './pages/test-pages.js';

const atWork: readonly TestRunState[] = ['preflight', 'exchanging'];
/** How long a page is held back for what is likely to come. */
const outcomeWaitMs = 4_000;

/** What the sign-in link of a test run shows: the same way that a user goes, under another heading. */
@Injectable()
export class TestSignInView {
  constructor(
    private readonly pool: SqlPool,
    private readonly waiters: Waiters,
    private readonly vault: Vault,
  ) {}

  async pageOf(signIn: SignIn, testRunId: string, path: string): Promise<Page> {
    const standing = await this.settled(testRunId);
    if (standing === null) return unknownLinkPage;
    if (atWork.includes(standing.state) || signIn.callbackUnderWay) return testWaitingPage(signIn, path);
    if (standing.state === 'awaiting_consent' && !signIn.overdue)
      return testConsentPage(signIn, path, await this.authorizationUrl(signIn));
    return testOutcomePage(signIn, standing);
  }

  private async authorizationUrl({ id, assistantId, definition, tenant, userId, ...signIn }: SignIn): Promise<string> {
    const inputs = await openInputs(this.vault, assistantId, inputsPlace('authorization', id), signIn.inputs);
    const url = fillProfileUrl(definition, definition.authorizationUrl, valuesOf(definition, tenant, inputs, userId));
    return typeof url === 'string' ? url : definition.authorizationUrl;
  }

  private async settled(testRunId: string): Promise<TestStanding | null> {
    const deadline = performance.now() + outcomeWaitMs;
    const ticket = this.waiters.register(testRunId);
    try {
      for (;;) {
        const standing = await findTestStanding(this.pool, testRunId);
        const leftMs = deadline - performance.now();
        if (standing === null || !atWork.includes(standing.state) || leftMs <= 0) return standing;
        const woken = await ticket.within(leftMs);
        if (!woken && this.waiters.isStopping) return standing;
      }
    } finally {
      ticket.release();
    }
  }
}
