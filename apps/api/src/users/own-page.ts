import { changeableFields } from '@grantkeeper/core/authorizations/changed-fields';
import { missingScopes } from '@grantkeeper/core/grants/refresh-policy';
import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import type { LastHandOut } from '@grantkeeper/platform/users/connections.view';
import { type Html, html } from '../http/html.js';
import { signs } from '../pages/drawings.js';
import type { Page } from '../pages/page.js';
import type { OwnPage } from './users.queries.js';

type Shown = OwnPage['connections'][number];

/** No link of ours, one that has expired, or one whose runtime was shut out: which of them is nobody's business. */
export const noOwnPage: Page = {
  status: 404,
  title: 'Link not found',
  body: html`${signs.calm}<h1>This link does not work</h1>
<p>Links to your connections work for 10 minutes only. Go back to the chat and ask for a new one.</p>`,
};

/** A user's grants with one assistant: what it may do, who was handed a token, and a way to end it. `path` is where its forms go. */
export function ownPage({ link, connections }: OwnPage, path: string): Page {
  const living = connections.filter(({ status }) => status !== 'ended');
  const ended = connections.filter(({ status }) => status === 'ended');
  const isAwaited = ended.some(({ revocation, justEnded }) => revocation === 'pending' && justEnded);
  return {
    status: 200,
    title: 'Your connections',
    ...(isAwaited ? { refreshSeconds: 2 } : {}),
    body: html`<h1>Your connections with ${link.assistantName}</h1>
<p>${
      living.length === 0
        ? html`<strong>${link.assistantName}</strong> is not connected to anything for you.`
        : html`What <strong>${link.assistantName}</strong> can use for you.`
    }</p>
<dl><div><dt>For the chat user</dt><dd>${link.userId}<small>as stated by ${link.assistantName}</small></dd></div></dl>
${ended.map(endedConnection)}
${living.map((one) => livingConnection(one, path))}
<p class="note">Whoever has the link to this page can see it and disconnect, until 10 minutes after it was made. No password or token is shown here.</p>`,
  };
}

function livingConnection(one: Shown, path: string): Html {
  const provider = one.definition.identityProvider;
  const scopes = one.scope.split(' ').filter(Boolean);
  const missing = missingScopes(requestedScopes(one.definition), one.scope);
  return html`<section aria-labelledby="c-${one.id}"><h2 class="name" id="c-${one.id}">${provider}</h2>
${one.status === 'reconnect_required' ? html`<p class="note">It does not work at the moment: ${provider} wants you to sign in again. Ask for it in the chat.</p>` : null}
<dl>
${row('Account', one.accountLabel)}
${row('Label', one.account === 'default' ? null : one.account)}
${row('Organisation', one.tenant === '' ? null : one.tenant)}
<div><dt>Connected</dt><dd>${instant(one.consentedAt)}</dd></div>
<div><dt>Handed a token in the last 90 days</dt><dd>${one.handOuts.length === 0 ? 'nobody' : one.handOuts.map(handOut)}</dd></div>
</dl>
${scopeItems(`s-${one.id}`, 'What it may do', scopes)}${scopeItems(`m-${one.id}`, 'Asked for and not granted', missing)}
${changeableFields(one.definition).length === 0 ? null : html`<a class="button quiet" href="${path}/fields/${one.id}">Change what ${provider} is told</a>`}
<form method="post" action="${path}"><input type="hidden" name="grant" value="${one.id}"><button type="submit" class="quiet">Disconnect ${provider}</button></form></section>`;
}

/** Told honestly: what the provider said, and not what was hoped for. */
function endedConnection({ id, definition, revocation }: Shown): Html {
  const provider = definition.identityProvider;
  const outcomes: Record<string, Html> = {
    revoked: html`${provider} has been told and has ended the access.`,
    forgotten: html`The access was deleted here. ${provider} could not be told; to be sure, end it in your account settings there too.`,
    pending: html`The access was deleted here. ${provider} is being told; this is tried again by itself.`,
  };
  return html`<section aria-labelledby="c-${id}"><h2 class="name" id="c-${id}">${provider} is disconnected</h2>
<p role="status">${outcomes[revocation ?? 'forgotten'] ?? null}</p></section>`;
}

const row = (name: string, value: string | null): Html | null =>
  value === null ? null : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const handOut = ({ runtime, at }: LastHandOut): Html => html`${runtime}<small>last ${instant(at)}</small>`;

function scopeItems(id: string, title: string, scopes: readonly string[]): Html | null {
  if (scopes.length === 0) return null;
  return html`<h3 id="${id}">${title}</h3><ul aria-labelledby="${id}">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>`;
}

const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' });
const instant = (at: Date): Html => html`<time datetime="${at.toISOString()}">${format.format(at)} UTC</time>`;
