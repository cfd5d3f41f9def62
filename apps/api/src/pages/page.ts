import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Html, html } from '../http/html.js';
import { icon, key } from './drawings.js';
import { askedLanguage, type Language, languages, preferredLanguage } from './language.js';
import { style, styleHash } from './style.js';
import { texts } from './texts.js';

/** What one page of ours says, before its frame. */
export interface PageContent {
  status: number;
  title: string;
  body: Html;
  /** The page asks again after this long; without it, it stands still. */
  refreshSeconds?: number;
  /** Origins beside https ones that its form may lead to: browsers apply form-action to the redirects that follow, too. */
  formOrigins?: readonly string[];
}

/** One page of ours, in whichever language the person reads. */
export type Page = (language: Language) => PageContent;

const otherLanguages = (language: Language) =>
  (Object.keys(languages) as Language[]).filter((other) => other !== language).map((other) => languageLink(other));
/** Relative, so that it keeps the address; the page that it leads to is shown as any GET of that address. */
const languageLink = (language: Language): Html =>
  html`<a href="?lang=${language}" hreflang="${language}" lang="${language}">${languages[language]}</a>`;

/** The whole document. No script, no outside asset. `offersLanguages` where its address can be opened again. */
export function documentOf(page: Page, language: Language, offersLanguages = true): string {
  const { title, body, refreshSeconds } = page(language);
  const { footer, languageChoice } = texts[language].frame;
  const refresh = refreshSeconds === undefined ? null : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
  const choice = html`<nav aria-label="${languageChoice}">${otherLanguages(language)}</nav>`;
  return html`<!doctype html>
<html lang="${language}">
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
<footer>${footer}${offersLanguages && choice}</footer>
</body>
</html>
`.markup;
}

export function securityPolicyOf({ formOrigins = [] }: Pick<PageContent, 'formOrigins'>): string {
  return [
    `default-src 'none'`,
    `style-src '${styleHash}'`,
    'img-src data:',
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    ['form-action', `'self'`, 'https:', ...new Set(formOrigins)].join(' '),
  ].join('; ');
}

/** Sends a page in the language that was asked for by name, was so before, or is preferred by the browser. */
export function sendPage(reply: FastifyReply, page: Page): void {
  const { request } = reply;
  const asked = askedLanguage(request);
  const language = asked ?? rememberedLanguage(request) ?? preferredLanguage(request.headers['accept-language']);
  if (asked !== null) void reply.header('set-cookie', languageCookie(asked, request));
  const content = page(language);
  void reply
    .status(content.status)
    .headers({
      ...privately,
      'content-security-policy': securityPolicyOf(content),
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      vary: 'Accept-Language, Cookie',
    })
    .send(documentOf(() => content, language, !isProvidersAnswer(request)));
}

/** What a provider sent the browser back with is in the address: it must not be opened twice. */
const isProvidersAnswer = ({ url }: FastifyRequest): boolean => url.startsWith('/callback/');

const languageCookieName = 'gk-lang';
const rememberedSeconds = 365 * 24 * 3600;

const rememberedLanguage = ({ headers }: FastifyRequest): Language | null =>
  askedLanguage({ query: { lang: parseCookie(headers.cookie ?? '')[languageCookieName] } });

/** Says nothing about anybody, and nothing hangs on it. */
const languageCookie = (language: Language, { protocol }: FastifyRequest): string =>
  stringifySetCookie({
    name: languageCookieName,
    value: language,
    httpOnly: true,
    secure: protocol === 'https',
    sameSite: 'lax',
    path: '/',
    maxAge: rememberedSeconds,
  });

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
