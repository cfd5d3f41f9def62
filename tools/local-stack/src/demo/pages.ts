import { createHash } from 'node:crypto';
import type { ServerResponse } from 'node:http';

const style = `
*{box-sizing:border-box}body{margin:0;font:1rem/1.5 system-ui,sans-serif;color:#1c2430;background:#eef1f5}
main{max-width:26rem;margin:8vh auto;padding:1.5rem;background:#fff;border-radius:.75rem;box-shadow:0 1px 4px #0003}
h1{font-size:1.35rem;margin:0 0 1rem}label{display:block;margin:.75rem 0 .25rem;font-weight:600}
input{width:100%;padding:.6rem;font:inherit;border:1px solid #7a8594;border-radius:.4rem}
button{display:block;width:100%;min-height:2.75rem;margin-top:.75rem;padding:.6rem;font:inherit;font-weight:600;border:1px solid #2b5fb8;border-radius:.4rem;background:#fff;color:#1d4b98;cursor:pointer}
button.main{background:#2457ad;color:#fff}:focus-visible{outline:3px solid #e08a00;outline-offset:2px}
.alert{padding:.6rem .75rem;border-left:4px solid #b3261e;background:#fdecea}.quiet{color:#566070;font-size:.9rem}
@media (max-width:30rem){main{margin:0;min-height:100vh;border-radius:0;box-shadow:none}}
@media (prefers-color-scheme:dark){body{background:#12161c;color:#e7ebf0}main{background:#1b222c}input{background:#12161c;color:inherit}button{background:#1b222c;color:#a9c7ff}.alert{background:#43201d}.quiet{color:#aab4c2}}
`;
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
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

function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} · Demo provider</title><style>${new Html(style)}</style></head>
<body><main><h1>${title}</h1>
${body}
</main></body></html>
`.text;
}

/** The form that asks for login and password; `wrong` says that the last try failed. */
export function loginPage(uid: string, clientName: string, login: string, wrong: boolean): string {
  const alert = wrong ? html`<p class="alert" role="alert" id="wrong">This login and password do not match. Try again.</p>` : '';
  return page(
    'Sign in',
    html`${alert}<p>${clientName} sent you here to sign in at the demo provider.</p>
<form method="post" action="/interaction/${uid}/login">
<label for="login">Login</label><input id="login" name="login" value="${login}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus>
<label for="password">Password</label><input id="password" name="password" type="password" autocomplete="current-password" required>
<button class="main" type="submit">Sign in</button></form>
<p class="quiet">The demo users are ada and grace. Their passwords were printed when the local stack started.</p>`,
  );
}

/** The page that asks whether the client may act for this person. */
export function consentPage(uid: string, clientName: string, person: string, scopes: readonly string[]): string {
  const wishes = scopes.map((scope) => html`<li>${scopeTexts[scope] ?? scope}</li>`);
  return page(
    'Allow access?',
    html`<p>${clientName} asks for access to the account of <strong>${person}</strong>. It wants to:</p><ul>${wishes}</ul>
<form method="post" action="/interaction/${uid}/allow"><button class="main" type="submit">Allow access</button></form>
<form method="post" action="/interaction/${uid}/deny"><button type="submit">Deny</button></form>
<form method="post" action="/interaction/${uid}/switch"><button type="submit">Use another account</button></form>`,
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
