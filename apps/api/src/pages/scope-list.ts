import { type Html, html } from '../http/html.js';

/** What the scopes mean that mean the same everywhere (OpenID Connect Core sections 5.4 and 11); all others are the provider's own words. */
const meanings: Readonly<Record<string, string>> = {
  openid: 'who you are',
  profile: 'your name',
  email: 'your e-mail address',
  phone: 'your phone number',
  address: 'your postal address',
  offline_access: 'while you are away',
};

/** The scopes that are asked for, as the provider will show them too. */
export function scopeList(scopes: readonly string[]): Html | null {
  if (scopes.length === 0) return null;
  return html`<h2 id="scopes">What it asks for</h2><ul aria-labelledby="scopes">${scopes.map(scopeItem)}</ul>`;
}

function scopeItem(scope: string): Html {
  const meaning = Object.hasOwn(meanings, scope) ? meanings[scope] : undefined;
  return meaning === undefined ? html`<li>${scope}</li>` : html`<li>${scope} <span>${meaning}</span></li>`;
}
