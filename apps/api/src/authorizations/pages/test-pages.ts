import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import { diagnosisOf } from '@grantkeeper/core/test-runs/diagnose';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import type { TestStanding } from '@grantkeeper/platform/test-runs/test-run.store';
import { html } from '../../http/html.js';
import { signs } from '../../pages/drawings.js';
import type { Page } from '../../pages/page.js';
import { scopeList } from '../../pages/scope-list.js';
import { plainHttpOrigins } from './sign-in-pages.js';

/** Before the consent of a test: what will happen with it. */
export function testConsentPage({ definition, assistantName, state }: SignIn, path: string, leadsTo: string): Page {
  const provider = definition.identityProvider;
  return {
    status: 200,
    title: `Test ${provider}`,
    formOrigins: plainHttpOrigins(leadsTo),
    body: html`<h1>Test the connection of ${assistantName} with ${provider}</h1>
<p>Sign in at <strong>${provider}</strong> as a user would, and allow the access. The token that comes is looked at and thrown away: nothing is connected.</p>
<dl>
<div><dt>You sign in at</dt><dd>${URL.canParse(leadsTo) ? new URL(leadsTo).host : null}</dd></div>
</dl>
${scopeList(requestedScopes(definition))}
<form method="post" action="${path}"><input type="hidden" name="step" value="continue"><button type="submit">${state === 'consenting' ? 'Continue again' : 'Continue'}</button></form>
<p class="note">Continue only if you started this test. If someone sent you the link, close this page.</p>`,
  };
}

/** While the worker checks the settings, or exchanges the code. */
export function testWaitingPage({ definition }: SignIn, path: string): Page {
  return {
    status: 200,
    title: 'Testing',
    refreshSeconds: 2,
    body: html`${signs.busy}<h1>Testing…</h1>
<p role="status">The settings for <strong>${definition.identityProvider}</strong> are being tested. This takes a few seconds; the page updates itself.</p>
<a class="button quiet" href="${path}">Check now</a>`,
  };
}

/** How a test ended. */
export function testOutcomePage({ definition }: SignIn, { state, diagnosis }: TestStanding): Page {
  const provider = definition.identityProvider;
  if (state === 'succeeded')
    return ended(
      200,
      'The test worked',
      html`${signs.calm}<h1>The test worked</h1><p role="status">${provider} gave a token, and it was thrown away. Nothing was connected.</p>`,
    );
  if (state === 'failed' && diagnosis !== null) {
    const { what, mend } = diagnosisOf(diagnosis.code, diagnosis.step, diagnosis.seen);
    return ended(200, 'The test failed', html`${signs.bad}<h1>The test failed</h1><p role="status">${what}</p><p>${mend}</p>`);
  }
  const why =
    state === 'interrupted' ? 'The test was interrupted.' : 'This test has run out of time, or a newer one has replaced it.';
  return ended(
    410,
    'The test is over',
    html`${signs.calm}<h1>The test is over</h1><p role="status">${why} Start it again to get a new link.</p>`,
  );
}

function ended(status: number, title: string, body: Page['body']): Page {
  return { status, title, body: html`${body}<p>You can close this page.</p>` };
}
