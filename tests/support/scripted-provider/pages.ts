import type { AuthorizationAnswer } from './authorization-endpoint.js';

/** The consent page: one button to allow, one to deny; the request travels in the form's own query. */
export function consentPage(query: string, scope: string): string {
  return page(
    'Scripted provider',
    `<h1>Scripted provider</h1>
<p>An application asks for: <strong>${escaped(scope || 'nothing in particular')}</strong></p>
<form method="post" action="/authorize?${escaped(query)}">
<label>Signed in as <input name="subject" value="scripted-user"></label>
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny">Deny</button>
</form>`,
  );
}

/** OAuth 2.0 Form Post Response Mode: the answer as a form that sends itself. */
export function formPostPage({ redirectUri, parameters }: AuthorizationAnswer): string {
  const inputs = Object.entries(parameters).map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return page(
    'Returning',
    `<form method="post" action="${escaped(redirectUri)}">${inputs.join('')}<button>Return</button></form>
<script>document.forms[0].submit()</script>`,
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
