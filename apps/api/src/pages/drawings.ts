import { Html, html } from '../http/html.js';

const keyShape = '<circle cx="7.5" cy="12" r="4.5"/><path d="M12 12h9.5M18.5 12v4"/>';
/** Our mark, at the head of every page. */
export const key = html`<svg viewBox="0 0 24 24" aria-hidden="true">${new Html(keyShape)}</svg>`;
/** Named in every page, so that browsers do not ask for an icon that is not there. */
export const icon = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#3b82c4" stroke-width="2.5" stroke-linecap="round">${keyShape}</svg>`,
)}`;

const tick = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M5 12.5l4.5 4.5L19 7.5"/></svg>`;
const cross = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 7l10 10M17 7L7 17"/></svg>`;
const note = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M12 11v6M12 7v.01"/></svg>`;
const turning = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M21 12a9 9 0 1 1-6.2-8.56"/></svg>`;

/** The sign above a heading; the words say the same. */
export const signs = {
  bad: html`<div class="mark bad">${cross}</div>`,
  /** Nothing is wrong, yet it did not come about. */
  calm: html`<div class="mark calm">${note}</div>`,
  busy: html`<div class="mark busy">${turning}</div>`,
};

/** Assistant and provider side by side, drawn; the words beside it say the same. */
export function pairOf(assistantName: string, provider: string, joined: boolean): Html {
  const tile = (name: string) => html`<span>${[...name.trim()][0]?.toUpperCase() ?? ''}</span>`;
  return html`<div class="pair${joined ? ' joined' : null}" aria-hidden="true">${tile(assistantName)}<i>${joined ? tick : null}</i>${tile(provider)}</div>`;
}
