import { html } from '../http/html.js';
import { signs } from './drawings.js';
import type { Page } from './page.js';

/** No link of ours, or one of an authorization that is long gone. */
export const unknownLinkPage: Page = {
  status: 404,
  title: 'Link not found',
  body: html`${signs.calm}<h1>This link does not exist</h1>
<p>It may be incomplete: some apps cut long links. Go back to the chat and open the link from there, or ask for a new one.</p>`,
};

export const otherBrowserPage: Page = {
  status: 403,
  title: 'In use in another browser',
  body: html`${signs.calm}<h1>This link is in use in another browser</h1>
<p>The sign-in was begun in another browser or on another device. Please finish it there.</p>
<p class="note">If that wasn’t you, don’t worry: nothing happens without a sign-in at the provider. Go back to the chat and ask for a new link.</p>`,
};

export const badCallbackPage: Page = {
  status: 400,
  title: 'Sign-in not recognised',
  body: html`${signs.bad}<h1>This sign-in was not recognised</h1>
<p>What came back from the provider does not belong to a sign-in that waits for it. Nothing was changed.</p>
<p>Go back to the chat and open the sign-in link again, or ask for a new one.</p>`,
};

export const foreignFormPage: Page = {
  status: 403,
  title: 'Not sent from this page',
  body: html`${signs.calm}<h1>Please start from the link in your chat</h1>
<p>The form was sent from another website, so nothing was done. Open the sign-in link from the chat and continue there.</p>`,
};

export const tooManyPage: Page = {
  status: 429,
  title: 'One moment',
  body: html`${signs.calm}<h1>Please wait a minute</h1>
<p>Too many requests that lead nowhere came from your network. Nothing was changed. Wait a minute, then open the sign-in link in your chat again.</p>`,
};

export const awayPage: Page = {
  status: 503,
  title: 'One moment',
  body: html`${signs.calm}<h1>We can’t answer just now</h1>
<p>Nothing is lost. Please reload this page in a few seconds.</p>`,
};

export const brokenPage: Page = {
  status: 500,
  title: 'Something went wrong',
  body: html`${signs.bad}<h1>Something went wrong on our side</h1>
<p>It has been noted. Please go back to the chat and open the sign-in link again.</p>`,
};
