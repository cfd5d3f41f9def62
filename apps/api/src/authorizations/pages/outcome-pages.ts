import { failureTexts } from '@grantkeeper/core/authorizations/failure-texts';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { type Html, html } from '../../http/html.js';
import { pairOf, signs } from '../../pages/drawings.js';
import type { Page } from '../../pages/page.js';
import { servesEveryone } from './serves-everyone.js';

/** How an authorization ended, and what to do next. */
export function outcomePage(signIn: SignIn): Page {
  const { definition, assistantName } = signIn;
  const provider = definition.identityProvider;
  const again = servesEveryone(signIn)
    ? html`<p>Ask for a new link where you got this one.</p>`
    : html`<p>Go back to the chat with <strong>${assistantName}</strong> and ask again to get a new link.</p>`;
  switch (signIn.overdue ? 'expired' : signIn.state) {
    case 'consented':
      return ended(
        200,
        'Connected',
        pairOf(assistantName, provider, true),
        html`<p role="status"><strong>${assistantName}</strong> can now use <strong>${provider}</strong> for ${
          servesEveryone(signIn) ? 'everyone who uses it' : 'you'
        }.</p>
<p>You can close this page${servesEveryone(signIn) ? null : ' and go back to the chat'}.</p>`,
      );
    case 'denied':
      return ended(
        200,
        'Not connected',
        signs.calm,
        html`<p role="status">You declined at ${provider}, so nothing was connected.</p>
<p>If that was a mistake, go back to the chat with <strong>${assistantName}</strong> and ask again.</p>`,
      );
    case 'expired':
      return ended(
        410,
        'This link has expired',
        signs.calm,
        html`<p role="status">Links work for a few minutes only, so that nobody else can use them.</p>${again}`,
      );
    case 'abandoned':
      return ended(
        410,
        'A newer link has replaced this one',
        signs.calm,
        html`<p role="status">Nothing was connected with this link.</p>
<p>Open the latest link in the chat with <strong>${assistantName}</strong>, or ask for a new one.</p>`,
      );
    case 'wrong_person':
      return ended(
        200,
        'Not connected',
        signs.bad,
        html`<p role="status">It could not be confirmed that you are the person in the chat, so the sign-in was thrown away.</p>${again}`,
      );
    case 'outcome_unknown':
      return ended(
        200,
        'We don’t know how it ended',
        signs.bad,
        html`<p role="status">${provider} did not answer in time. Nothing can be used by ${assistantName} for now.</p>${again}`,
      );
    default: {
      const { title, toUser } = failureTexts[signIn.reason ?? 'provider_error'];
      return ended(200, title, signs.bad, html`<p role="status">${toUser}</p>`);
    }
  }
}

/** The profile is switched off while a link to it is still open. */
export function unavailablePage({ definition }: SignIn): Page {
  const { title, toUser } = failureTexts.profile_unavailable;
  return ended(409, title, signs.bad, html`<p role="status">${definition.identityProvider}: ${toUser}</p>`);
}

function ended(status: number, title: string, sign: Html, text: Html): Page {
  return { status, title, body: html`${sign}<h1>${title}</h1>${text}` };
}
