import { changeableFields } from '@grantkeeper/core/authorizations/changed-fields';
import { missingScopes } from '@grantkeeper/core/grants/refresh-policy';
import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import type { LastHandOut } from '@grantkeeper/platform/users/connections.view';
import { type Html, html } from '../http/html.js';
import { signs } from '../pages/drawings.js';
import type { Language } from '../pages/language.js';
import { noticePage } from '../pages/notice-pages.js';
import type { Page } from '../pages/page.js';
import { texts } from './texts.js';
import type { OwnPage } from './users.queries.js';

type Shown = OwnPage['connections'][number];
type Words = (typeof texts)[Language];

/** No link of ours, one that has expired, or one whose runtime was shut out: which of them is nobody's business. */
export const noOwnPage: Page = noticePage(404, signs.calm, (language) => texts[language].unknown);

/** A user's grants with one assistant: what it may do, who was handed a token, and a way to end it. `path` is where its forms go. */
export function ownPage({ link, connections }: OwnPage, path: string): Page {
  const living = connections.filter(({ status }) => status !== 'ended');
  const ended = connections.filter(({ status }) => status === 'ended');
  const isAwaited = ended.some(({ revocation, justEnded }) => revocation === 'pending' && justEnded);
  return (language) => {
    const words = texts[language];
    return {
      status: 200,
      title: words.title,
      ...(isAwaited ? { refreshSeconds: 2 } : {}),
      body: html`<h1>${words.heading(link.assistantName)}</h1>
<p>${(living.length === 0 ? words.none : words.some)(link.assistantName)}</p>
<dl><div><dt>${words.user}</dt><dd>${link.userId}<small>${words.statedBy(link.assistantName)}</small></dd></div></dl>
${ended.map((one) => endedConnection(one, words))}
${living.map((one) => livingConnection(one, path, words))}
<p class="note">${words.note}</p>`,
    };
  };
}

function livingConnection(one: Shown, path: string, words: Words): Html {
  const provider = one.definition.identityProvider;
  const scopes = one.scope.split(' ').filter(Boolean);
  const missing = missingScopes(requestedScopes(one.definition), one.scope);
  const isChangeable = changeableFields(one.definition).length > 0;
  return html`<section><h2 class="name">${provider}</h2>
${one.status === 'reconnect_required' && html`<p class="note">${words.reconnect(provider)}</p>`}
<dl>
${row(words.account, one.accountLabel)}
${row(words.label, one.account === 'default' ? null : one.account)}
${row(words.organisation, one.tenant === '' ? null : one.tenant)}
<div><dt>${words.connectedAt}</dt><dd>${instant(one.consentedAt, words)}</dd></div>
<div><dt>${words.handedOut}</dt><dd>${one.handOuts.length === 0 ? words.nobody : one.handOuts.map((last) => handOut(last, words))}</dd></div>
</dl>
${scopeItems(`s-${one.id}`, words.mayDo, scopes)}${scopeItems(`m-${one.id}`, words.notGranted, missing)}
${isChangeable && html`<a class="button quiet" href="${path}/fields/${one.id}">${words.change(provider)}</a>`}
<form method="post" action="${path}"><input type="hidden" name="grant" value="${one.id}"><button type="submit" class="quiet">${words.disconnect(provider)}</button></form></section>`;
}

/** Told honestly: what the provider said, and not what was hoped for. */
function endedConnection({ definition, revocation }: Shown, words: Words): Html {
  const provider = definition.identityProvider;
  return html`<section><h2 class="name">${words.isDisconnected(provider)}</h2>
<p role="status">${words[revocation ?? 'forgotten'](provider)}</p></section>`;
}

const row = (name: string, value: string | null): Html | null =>
  value === null ? null : html`<div><dt>${name}</dt><dd>${value}</dd></div>`;

const handOut = ({ runtime, at }: LastHandOut, words: Words): Html =>
  html`${runtime}<small>${words.last} ${instant(at, words)}</small>`;

function scopeItems(id: string, title: string, scopes: readonly string[]): Html | null {
  if (scopes.length === 0) return null;
  return html`<h3 id="${id}">${title}</h3><ul aria-labelledby="${id}">${scopes.map((scope) => html`<li>${scope}</li>`)}</ul>`;
}

const instant = (at: Date, words: Words): Html =>
  html`<time datetime="${at.toISOString()}">${words.instant.format(at)} UTC</time>`;
