import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { changeableFields, isKept } from '@grantkeeper/core/authorizations/changed-fields';
import { html } from '../http/html.js';
import { inputsAsked, otherErrors } from '../pages/asked-inputs.js';
import type { Page } from '../pages/page.js';
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
  const fields = changeableFields(definition).map((field) =>
    isKept(field, inputs) ? { ...field, required: false, hint: field.hint ?? 'Leave it empty to keep what is there' } : field,
  );
  const typed = { tenant: '', fields: sent?.fields ?? inputs.given };
  const asked = { definition, asksTenant: false, fields, typed, errors: sent?.errors ?? [] };
  return {
    status: asked.errors.length > 0 ? 422 : 200,
    title: `${asked.errors.length > 0 ? 'Please check: ' : ''}What you told ${provider}`,
    body: html`<h1>What ${assistantName} uses at ${provider}</h1>
<p>What you change here counts from the next time that <strong>${assistantName}</strong> uses <strong>${provider}</strong> for you.</p>
${otherErrors(asked).map(({ path: input, message }) => html`<p class="wrong" role="alert">${input} ${message}</p>`)}
<form method="post" action="${path}">${inputsAsked(asked)}<button type="submit">Save</button></form>
<a class="button quiet" href="${back}">Back without saving</a>`,
  };
}
