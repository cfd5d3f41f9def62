import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { changeableFields, isKept } from '@grantkeeper/core/authorizations/changed-fields';
import { html } from '../http/html.js';
import { inputsAsked, otherErrors } from '../pages/asked-inputs.js';
import type { Page } from '../pages/page.js';
import { texts as sharedTexts } from '../pages/texts.js';
import { texts } from './texts.js';
import type { OwnFieldsPage } from './users.queries.js';

/** What was typed and could not be taken. */
export interface SentFields {
  fields: Readonly<Record<string, string>>;
  errors: readonly FieldError[];
}

/** What a user once said for a connection, to be said anew. Secrets are never shown. `path` is where the form goes, `back` the page before. */
export function ownFieldsPage(
  { assistantName, definition, inputs }: OwnFieldsPage,
  path: string,
  back: string,
  sent?: SentFields,
): Page {
  const provider = definition.identityProvider;
  const typed = { tenant: '', fields: sent?.fields ?? inputs.given };
  return (language) => {
    const words = texts[language];
    const fields = changeableFields(definition).map((field) =>
      isKept(field, inputs) ? { ...field, required: false, hint: field.hint ?? words.keep } : field,
    );
    const asked = { definition, asksTenant: false, fields, typed, errors: sent?.errors ?? [] };
    const title = words.fieldsTitle(provider);
    const isWrong = asked.errors.length > 0;
    return {
      status: isWrong ? 422 : 200,
      title: isWrong ? sharedTexts[language].asked.pleaseCheck(title) : title,
      body: html`<h1>${words.fieldsHeading(assistantName, provider)}</h1>
<p>${words.fieldsCount(assistantName, provider)}</p>
${otherErrors(asked, language)}
<form method="post" action="${path}">${inputsAsked(asked, language)}<button type="submit">${words.save}</button></form>
<a class="button quiet" href="${back}">${words.back}</a>`,
    };
  };
}
