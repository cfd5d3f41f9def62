import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import { originPattern } from '@grantkeeper/core/profiles/profile-urls';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { type Html, html } from '../../http/html.js';
import { type AskedInputs, inputsAsked, otherErrors } from '../../pages/asked-inputs.js';
import { pairOf, signs } from '../../pages/drawings.js';
import type { Page } from '../../pages/page.js';
import { scopeList } from '../../pages/scope-list.js';
import { servesEveryone } from './serves-everyone.js';

/** Before consent: who asks, for what, for whom, and what only the user knows. `path` is where the form goes, `url` where it leads as far as that is known. */
export function consentPage(signIn: SignIn, path: string, url: string | null, asked: AskedInputs): Page {
  const { definition, assistantName } = signIn;
  const provider = definition.identityProvider;
  const scopes = requestedScopes(definition);
  const begun = signIn.state === 'consenting';
  const pattern = originPattern(definition, definition.authorizationUrl) ?? '';
  const leadsTo = url ?? (pattern.includes('{') ? null : pattern);
  const amiss = otherErrors(asked);
  return {
    status: asked.errors.length > 0 ? 422 : 200,
    title: `${asked.errors.length > 0 ? 'Please check: ' : ''}Connect ${provider}`,
    formOrigins: [
      ...plainHttpOrigins(leadsTo, signIn.returnUrl),
      ...(leadsTo === null && pattern.startsWith('http:') ? ['http:'] : []),
    ],
    body: html`${pairOf(assistantName, provider, false)}<h1>Connect ${provider} to ${assistantName}</h1>
<p><strong>${assistantName}</strong> would like to use <strong>${provider}</strong> for ${servesEveryone(signIn) ? 'everyone who uses it' : 'you'}. You sign in at ${provider} and decide there.</p>
<dl>
${forWhom(signIn)}
${
  leadsTo === null
    ? null
    : html`<div><dt>You sign in at</dt><dd>${new URL(leadsTo).host}</dd></div>
`
}</dl>
${scopeList(scopes)}
${amiss.map(({ path: input, message }) => html`<p class="wrong" role="alert">${input} ${message}</p>`)}
<form method="post" action="${path}"><input type="hidden" name="step" value="continue">${inputsAsked(asked)}<button type="submit">${begun ? 'Continue again' : 'Continue'}</button></form>
<p class="note">${begun ? 'You have been sent to the sign-in already; continuing starts it over. ' : null}${
      servesEveryone(signIn)
        ? html`Whatever ${assistantName} does there, for any of its users, is done with the account that you sign in with. If someone sent you the link, close this page.`
        : 'Continue only if you are this chat user and asked for this yourself. If someone sent you the link, close this page.'
    }</p>`,
  };
}

/** While the worker exchanges the code, or the runtime has to prove that its user came back. */
export function waitingPage({ state, definition, assistantName }: SignIn, path: string): Page {
  const provider = definition.identityProvider;
  const verifying = state === 'awaiting_verifier';
  return {
    status: 200,
    title: 'One moment',
    refreshSeconds: 2,
    body: html`${signs.busy}<h1>One moment…</h1>
<p role="status">${
      verifying
        ? html`You have signed in at ${provider}. <strong>${assistantName}</strong> is checking that it is you; go back to it if it does not go on by itself.`
        : html`Finishing the connection with <strong>${provider}</strong>. This takes a few seconds; the page updates itself.`
    }</p>
<a class="button quiet" href="${path}">Check now</a>`,
  };
}

/** The code that the user types into the chat. It stands still, so that it can be read and selected. */
export function codePage({ definition, assistantName, accountLabel }: SignIn, path: string, code: string): Page {
  return {
    status: 200,
    title: 'Type this code into the chat',
    body: html`<h1>Type this code into the chat</h1>
<p>You have signed in at <strong>${definition.identityProvider}</strong>${accountLabel === null ? null : html` as <strong>${accountLabel}</strong>`}.
To finish, send this code to <strong>${assistantName}</strong> in your chat within 5 minutes:</p>
<output class="code">${code.slice(0, 4)}-${code.slice(4)}</output>
<p class="note">Give the code to nobody else. If someone sent you the link to this page, choose “This is not me”.</p>
<a class="button" href="${path}">I have sent it</a>
${rejectForm(path)}`,
  };
}

/** Names the provider's account and the chat user; nothing is handed out before the second Continue. */
export function accountPage(signIn: SignIn, path: string): Page {
  const { definition, assistantName, accountLabel } = signIn;
  const provider = definition.identityProvider;
  return {
    status: 200,
    title: 'Is this right?',
    body: html`${pairOf(assistantName, provider, false)}<h1>Is this right?</h1>
<p>This account will be connected to <strong>${assistantName}</strong>:</p>
<dl>
<div><dt>Account at ${provider}</dt><dd>${accountLabel ?? 'not named by the provider'}</dd></div>
${forWhom(signIn)}
</dl>
<form method="post" action="${path}"><input type="hidden" name="step" value="confirm"><button type="submit">Continue</button></form>
${rejectForm(path)}`,
  };
}

const rejectForm = (path: string): Html =>
  html`<form method="post" action="${path}"><input type="hidden" name="step" value="reject"><button type="submit" class="quiet">This is not me</button></form>`;

const forWhom = (signIn: SignIn): Html =>
  servesEveryone(signIn)
    ? html`<div><dt>For</dt><dd>everyone who uses ${signIn.assistantName}</dd></div>`
    : html`<div><dt>For the chat user</dt><dd>${chatUser(signIn)}</dd></div>`;

const chatUser = ({ displayName, userId, assistantName }: SignIn): Html =>
  html`${displayName ?? userId}<small>${displayName === null ? null : `${userId}, `}as stated by ${assistantName}</small>`;

/** Origins that a form must name to lead there: https is allowed anyway. */
export function plainHttpOrigins(...urls: (string | null)[]): string[] {
  return urls.filter((url) => url?.startsWith('http:')).map((url) => new URL(url as string).origin);
}
