import type { FastifyReply } from 'fastify';
import { Html, html } from '../http/html.js';
import { icon, key } from './drawings.js';
import { style, styleHash } from './style.js';

/** One page of ours, before its frame. */
export interface Page {
  status: number;
  title: string;
  body: Html;
  /** The page asks again after this long; without it, it stands still. */
  refreshSeconds?: number;
  /** Origins beside https ones that its form may lead to: browsers apply form-action to the redirects that follow, too. */
  formOrigins?: readonly string[];
}

/** The whole document. No script, no outside asset. */
export function documentOf({ title, body, refreshSeconds }: Page): string {
  const refresh = refreshSeconds === undefined ? null : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">${refresh}
<title>${title} – Grantkeeper</title>
<link rel="icon" href="${icon}">
<style>${new Html(style)}</style>
</head>
<body>
<header>${key}Grantkeeper</header>
<main>${body}</main>
<footer>Grantkeeper keeps connections between chat assistants and the services that people use. It never sees your password.</footer>
</body>
</html>
`.markup;
}

export function securityPolicyOf({ formOrigins = [] }: Pick<Page, 'formOrigins'>): string {
  return [
    `default-src 'none'`,
    `style-src '${styleHash}'`,
    'img-src data:',
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    ['form-action', `'self'`, 'https:', ...new Set(formOrigins)].join(' '),
  ].join('; ');
}

export function sendPage(reply: FastifyReply, page: Page): void {
  void reply
    .status(page.status)
    .headers({ ...privately, 'content-security-policy': securityPolicyOf(page), 'content-type': 'text/html; charset=utf-8' })
    .send(documentOf(page));
}

/** 303, so that whatever was posted is not posted on (RFC 9700 section 4.12), and without a Referer. */
export function sendOn(reply: FastifyReply, location: string): void {
  void reply
    .status(303)
    .headers({ ...privately, location })
    .send();
}

const privately = {
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
