import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { type Html, html } from '../../http/html.js';
import { pairOf, signs } from '../../pages/drawings.js';
import type { Language } from '../../pages/language.js';
import type { Page, PageContent } from '../../pages/page.js';
import { servesEveryone } from './serves-everyone.js';
import { texts } from './texts.js';

/** How an authorization ended, and what to do next. */
export function outcomePage(signIn: SignIn): Page {
  return (language) => contentOf(signIn, language);
}

function contentOf(signIn: SignIn, language: Language): PageContent {
  const { definition, assistantName } = signIn;
  const provider = definition.identityProvider;
  const words = texts[language].outcome;
  const again = servesEveryone(signIn) ? words.againOperator : words.again(assistantName);
  switch (signIn.overdue ? 'expired' : signIn.state) {
    case 'consented':
      return connected(signIn, language);
    case 'denied':
      return ended(200, words.notConnected, signs.calm, words.declined(provider), words.ifMistaken(assistantName));
    case 'expired':
      return ended(410, words.expired, signs.calm, words.shortLived, again);
    case 'abandoned':
      return ended(410, words.replaced, signs.calm, words.nothingConnected, words.latestLink(assistantName));
    case 'wrong_person':
      return ended(200, words.notConnected, signs.bad, words.wrongPerson, again);
    case 'outcome_unknown':
      return ended(200, words.unknown, signs.bad, words.noAnswer(provider, assistantName), again);
    default:
      return failed(signIn.reason ?? 'provider_error', language);
  }
}

function connected(signIn: SignIn, language: Language): PageContent {
  const { definition, assistantName } = signIn;
  const provider = definition.identityProvider;
  const words = texts[language].outcome;
  const [canUse, close] = servesEveryone(signIn) ? [words.canUseForEveryone, words.closeOperator] : [words.canUse, words.close];
  return ended(200, words.connected, pairOf(assistantName, provider, true), canUse(assistantName, provider), close);
}

function failed(reason: FailureReason, language: Language): PageContent {
  const { title, toUser } = texts[language].failures[reason];
  return ended(200, title, signs.bad, toUser);
}

/** The profile is switched off while a link to it is still open. */
export function unavailablePage({ definition }: SignIn): Page {
  return (language) => {
    const { title, toUser } = texts[language].failures.profile_unavailable;
    return ended(409, title, signs.bad, `${definition.identityProvider}: ${toUser}`);
  };
}

function ended(status: number, title: string, sign: Html, what: Html | string, next?: Html | string): PageContent {
  const told = html`<p role="status">${what}</p>${next !== undefined && html`<p>${next}</p>`}`;
  return { status, title, body: html`${sign}<h1>${title}</h1>${told}` };
}
