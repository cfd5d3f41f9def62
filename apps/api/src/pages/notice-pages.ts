import { type Html, html } from '../http/html.js';
import { signs } from './drawings.js';
import type { Language } from './language.js';
import type { Page } from './page.js';
import type { Notice } from './texts.en.js';
import { texts } from './texts.js';

/** A page of nothing but words, under a sign. */
export function noticePage(status: number, sign: Html, noticeIn: (language: Language) => Notice): Page {
  return (language) => {
    const { title, heading, text, note } = noticeIn(language);
    const paragraphs = text.map((paragraph) => html`<p>${paragraph}</p>`);
    return {
      status,
      title,
      body: html`${sign}<h1>${heading}</h1>${paragraphs}${note !== undefined && html`<p class="note">${note}</p>`}`,
    };
  };
}

const notice = (status: number, sign: Html, name: keyof (typeof texts)[Language]['notices']): Page =>
  noticePage(status, sign, (language) => texts[language].notices[name]);

/** No link of ours, or one of an authorization that is long gone. */
export const unknownLinkPage = notice(404, signs.calm, 'unknownLink');
export const otherBrowserPage = notice(403, signs.calm, 'otherBrowser');
export const badCallbackPage = notice(400, signs.bad, 'badCallback');
export const foreignFormPage = notice(403, signs.calm, 'foreignForm');
export const tooManyPage = notice(429, signs.calm, 'tooMany');
export const awayPage = notice(503, signs.calm, 'away');
export const brokenPage = notice(500, signs.bad, 'broken');
