import { requestedScopes } from '@grantkeeper/core/profiles/profile';
import { originPattern } from '@grantkeeper/core/profiles/profile-urls';
import type { SignIn } from '@grantkeeper/platform/authorizations/authorization.view';
import { type Html, html } from '../../http/html.js';
import { type AskedInputs, inputsAsked, otherErrors } from '../../pages/asked-inputs.js';
import { pairOf, signs } from '../../pages/drawings.js';
import type { Language } from '../../pages/language.js';
import type { Page } from '../../pages/page.js';
import { scopeList } from '../../pages/scope-list.js';
import { texts as sharedTexts } from '../../pages/texts.js';
import { servesEveryone } from './serves-everyone.js';
import { texts } from './texts.js';

/** Before consent: who asks, for what, for whom, and what only the user knows. `path` is where the form goes, `url` where it leads as far as that is known. */
export function consentPage(signIn: SignIn, path: string, url: string | null, asked: AskedInputs): Page {
  const { definition, assistantName } = signIn;
  const provider = definition.identityProvider;
  const pattern = originPattern(definition, definition.authorizationUrl) ?? '';
  const leadsTo = url ?? (pattern.includes('{') ? null : pattern);
  const isWrong = asked.errors.length > 0;
  const formOrigins = [
    ...plainHttpOrigins(leadsTo, signIn.returnUrl),
    ...(leadsTo === null && pattern.startsWith('http:') ? ['http:'] : []),
  ];
  return (language) => {
    const words = texts[language].consent;
    const title = words.title(provider);
    const wish = servesEveryone(signIn) ? words.forEveryone : words.forYou;
    const signInAt = leadsTo !== null && html`<div><dt>${words.signInAt}</dt><dd>${new URL(leadsTo).host}</dd></div>\n`;
    return {
      status: isWrong ? 422 : 200,
      title: isWrong ? sharedTexts[language].asked.pleaseCheck(title) : title,
      formOrigins,
      body: html`${pairOf(assistantName, provider, false)}<h1>${words.heading(provider, assistantName)}</h1>
<p>${wish(assistantName, provider)}</p>
<dl>
${forWhom(signIn, language)}
${signInAt}</dl>
${scopeList(requestedScopes(definition), language)}
${otherErrors(asked, language)}
${consentForm(signIn, path, asked, language)}`,
    };
  };
}

function consentForm(signIn: SignIn, path: string, asked: AskedInputs, language: Language): Html {
  const words = texts[language].consent;
  const begun = signIn.state === 'consenting';
  return html`<form method="post" action="${path}"><input type="hidden" name="step" value="continue">${inputsAsked(asked, language)}<button type="submit">${begun ? words.beginAgain : words.begin}</button></form>
<p class="note">${begun && `${words.begun} `}${servesEveryone(signIn) ? words.onlyOperator(signIn.assistantName) : words.onlyYou}</p>`;
}

/** While the worker exchanges the code, or the runtime has to prove that its user came back. */
export function waitingPage({ state, definition, assistantName }: SignIn, path: string): Page {
  const provider = definition.identityProvider;
  return (language) => {
    const words = texts[language].wait;
    const told = state === 'awaiting_verifier' ? words.verifying(provider, assistantName) : words.finishing(provider);
    return {
      status: 200,
      title: words.title,
      refreshSeconds: 2,
      body: html`${signs.busy}<h1>${words.heading}</h1>
<p role="status">${told}</p>
<a class="button quiet" href="${path}">${words.checkNow}</a>`,
    };
  };
}

/** The code that the user types into the chat. It stands still, so that it can be read and selected. */
export function codePage({ definition, assistantName, accountLabel }: SignIn, path: string, code: string): Page {
  return (language) => {
    const words = texts[language].check;
    return {
      status: 200,
      title: words.code,
      body: html`<h1>${words.code}</h1>
<p>${words.signedIn(definition.identityProvider, accountLabel)}
${words.sendCode(assistantName)}</p>
<output class="code">${code.slice(0, 4)}-${code.slice(4)}</output>
<p class="note">${words.keepCode}</p>
<a class="button" href="${path}">${words.sent}</a>
${rejectForm(path, language)}`,
    };
  };
}

/** Names the provider's account and the chat user; nothing is handed out before the second Continue. */
export function accountPage(signIn: SignIn, path: string): Page {
  const { definition, assistantName, accountLabel } = signIn;
  const provider = definition.identityProvider;
  return (language) => {
    const words = texts[language].check;
    return {
      status: 200,
      title: words.right,
      body: html`${pairOf(assistantName, provider, false)}<h1>${words.right}</h1>
<p>${words.willConnect(assistantName)}</p>
<dl>
<div><dt>${words.accountAt(provider)}</dt><dd>${accountLabel ?? words.unnamed}</dd></div>
${forWhom(signIn, language)}
</dl>
<form method="post" action="${path}"><input type="hidden" name="step" value="confirm"><button type="submit">${words.confirm}</button></form>
${rejectForm(path, language)}`,
    };
  };
}

const rejectForm = (path: string, language: Language): Html =>
  html`<form method="post" action="${path}"><input type="hidden" name="step" value="reject"><button type="submit" class="quiet">${texts[language].check.notMe}</button></form>`;

function forWhom(signIn: SignIn, language: Language): Html {
  const { displayName, userId, assistantName } = signIn;
  const words = texts[language].whom;
  if (servesEveryone(signIn)) return html`<div><dt>${words.everyone}</dt><dd>${words.everyoneOf(assistantName)}</dd></div>`;
  const stated = words.statedBy(assistantName);
  return html`<div><dt>${words.user}</dt><dd>${displayName ?? userId}<small>${displayName === null ? stated : `${userId}, ${stated}`}</small></dd></div>`;
}

/** Origins that a form must name to lead there: https is allowed anyway. */
export function plainHttpOrigins(...urls: (string | null)[]): string[] {
  return urls.filter((url) => url?.startsWith('http:')).map((url) => new URL(url as string).origin);
}
