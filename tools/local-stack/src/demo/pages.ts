import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { style } from './page-style.js';

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "frame-ancestors 'none'", // no form-action: browsers apply it to the redirect back to the client too
].join('; ');

const scopeTexts: Record<string, string> = {
  openid: 'know who you are',
  email: 'read your e-mail address',
  profile: 'read your name',
  offline_access: 'keep access while you are away',
};

/** Markup that is safe as it is. */
class Html {
  constructor(readonly text: string) {}
}

/** A template whose values are escaped unless they are markup already. */
function html(parts: TemplateStringsArray, ...values: readonly (string | Html | readonly Html[])[]): Html {
  const shown = values.map((value) =>
    typeof value === 'string' ? escapeHtml(value) : value instanceof Html ? value.text : value.map(({ text }) => text).join(''),
  );
  return new Html(parts.reduce((all, part, index) => all + part + (shown[index] ?? ''), ''));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

const leaf = 'M20 4C9 4 4 9.5 4 16c0 1.6.4 3 1 4 1.5-5 4.5-8 9-10-3.5 3-5.5 6-6 10.5C17 21 20 14 20 4z';
const mark = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${leaf}"/></svg>`;
const icon = `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path fill="#1f8a7c" d="${leaf}"/></svg>`)}`;

function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>${title} · Demo provider</title><link rel="icon" href="${icon}"><style>${new Html(style)}</style></head>
<body><header>${mark}Demo provider</header>
<main><h1>${title}</h1>
${body}
</main></body></html>
`.text;
}

/** The form that asks for login and password; `wrong` says that the last try failed. */
export function loginPage(uid: string, clientName: string, login: string, wrong: boolean): string {
  const described = wrong ? html` aria-invalid="true" aria-describedby="wrong"` : '';
  const alert = wrong ? html`<p class="alert" role="alert" id="wrong">This login and password do not match. Try again.</p>` : '';
  return page(
    'Sign in',
    html`${alert}<p><strong>${clientName}</strong> sent you here to sign in at the demo provider.</p>
<form method="post" action="/interaction/${uid}/login">
<label for="login">Login</label><input id="login" name="login" value="${login}" autocomplete="username" autocapitalize="none" spellcheck="false" required${described} autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required${described}>
<button class="main" type="submit">Sign in</button></form>
<p class="quiet">The demo users are ada and grace. Their passwords were printed when the local stack started.</p>`,
  );
}

/** The page that asks whether the client may act for this person. */
export function consentPage(uid: string, clientName: string, person: string, scopes: readonly string[]): string {
  const wishes = scopes.map((scope) => html`<li>${scopeTexts[scope] ?? scope}</li>`);
  return page(
    'Allow access?',
    html`<p><strong>${clientName}</strong> asks for access to the account of <strong>${person}</strong>.</p><p id="wishes">It wants to:</p><ul aria-labelledby="wishes">${wishes}</ul>
<form method="post" action="/interaction/${uid}/allow"><button class="main" type="submit">Allow access</button></form>
<form method="post" action="/interaction/${uid}/deny"><button type="submit">Deny</button></form>
<form method="post" action="/interaction/${uid}/switch"><button class="plain" type="submit">Use another account</button></form>`,
  );
}

/** A page that says what went wrong. */
export function errorPage(what: string): string {
  return page(
    'This did not work',
    html`<p class="alert" role="alert">${what}</p><p>Go back to where you came from and start again.</p>`,
  );
}

/** Sends a page with headers that keep it out of frames, caches and referrers. */
export function sendPage(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  response.end(text);
}
