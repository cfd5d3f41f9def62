import { type Html, html } from '../http/html.js';
import type { Language } from './language.js';
import { texts } from './texts.js';

/** The scopes that are asked for, as the provider will show them too. */
export function scopeList(scopes: readonly string[], language: Language): Html | null {
  if (scopes.length === 0) return null;
  const { title, ...meanings } = texts[language].scopes;
  return html`<h2 id="scopes">${title}</h2><ul aria-labelledby="scopes">${scopes.map((scope) => scopeItem(scope, meanings))}</ul>`;
}

/** What a scope means is told of those that mean the same everywhere (OpenID Connect Core sections 5.4 and 11); all others are the provider's own words. */
function scopeItem(scope: string, meanings: Readonly<Record<string, string>>): Html {
  const meaning = Object.hasOwn(meanings, scope) ? meanings[scope] : undefined;
  return meaning === undefined ? html`<li>${scope}</li>` : html`<li>${scope} <span>${meaning}</span></li>`;
}
