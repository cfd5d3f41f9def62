import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import type { TestStanding } from '@grantkeeper/platform/test-runs/test-run.store';
import { html } from '../../http/html.js';
import { signs } from '../../pages/drawings.js';
import type { Page, PageContent } from '../../pages/page.js';
import { scopeList } from '../../pages/scope-list.js';
import { plainHttpOrigins } from './sign-in-pages.js';
import { texts } from './texts.js';

/** Before the consent of a test: what will happen with it. */
export function testConsentPage({ definition, assistantName, state }: SignIn, path: string, leadsTo: string): Page {
  const provider = definition.identityProvider;
  return (language) => {
    const { test, consent } = texts[language];
    return {
      status: 200,
      title: test.title(provider),
      formOrigins: plainHttpOrigins(leadsTo),
      body: html`<h1>${test.heading(provider, assistantName)}</h1>
<p>${test.what(provider)}</p>
<dl>
<div><dt>${consent.signInAt}</dt><dd>${URL.canParse(leadsTo) ? new URL(leadsTo).host : null}</dd></div>
</dl>
${scopeList(requestedScopes(definition), language)}
<form method="post" action="${path}"><input type="hidden" name="step" value="continue"><button type="submit">${state === 'consenting' ? consent.beginAgain : consent.begin}</button></form>
<p class="note">${test.onlyYou}</p>`,
    };
  };
}

/** While the worker checks the settings, or exchanges the code. */
export function testWaitingPage({ definition }: SignIn, path: string): Page {
  return (language) => {
    const { test, wait } = texts[language];
    return {
      status: 200,
      title: test.waiting,
      refreshSeconds: 2,
      body: html`${signs.busy}<h1>${test.waitingHeading}</h1>
<p role="status">${test.running(definition.identityProvider)}</p>
<a class="button quiet" href="${path}">${wait.checkNow}</a>`,
    };
  };
}

/** How a test ended. */
export function testOutcomePage({ definition }: SignIn, { state, diagnosis }: TestStanding): Page {
  return (language) => {
    const { test, outcome, diagnoses } = texts[language];
    const ended = (status: number, title: string, body: PageContent['body']): PageContent => ({
      status,
      title,
      body: html`${body}<p>${outcome.closeOperator}</p>`,
    });
    if (state === 'succeeded') {
      const told = test.thrownAway(definition.identityProvider);
      return ended(200, test.worked, html`${signs.calm}<h1>${test.worked}</h1><p role="status">${told}</p>`);
    }
    if (state === 'failed' && diagnosis !== null) {
      const { what, mend } = diagnoses[diagnosis.code];
      return ended(200, test.failed, html`${signs.bad}<h1>${test.failed}</h1><p role="status">${what}</p><p>${mend}</p>`);
    }
    const why = state === 'interrupted' ? test.interrupted : test.late;
    return ended(410, test.over, html`${signs.calm}<h1>${test.over}</h1><p role="status">${why}</p>`);
  };
}
