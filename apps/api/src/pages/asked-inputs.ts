import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { AdditionalField } from '@grantkeeper/contracts/profiles/fields';
import type { TypedInputs } from '@grantkeeper/core/authorizations/consent-inputs';
import { bareValue, givenFor, mayBeEmpty } from '@grantkeeper/core/profiles/additional-fields';
import { tenancyOf } from '@grantkeeper/core/profiles/placeholder-rules';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { type Html, html } from '../http/html.js';
import type { Language } from './language.js';
import { texts } from './texts.js';

/** What a person is asked before consent, with what they typed before. */
export interface AskedInputs {
  definition: ProfileDefinition;
  asksTenant: boolean;
  fields: readonly AdditionalField[];
  typed: TypedInputs;
  errors: readonly FieldError[];
}

interface Asked extends Omit<AdditionalField, 'key' | 'value' | 'label'> {
  name: string;
  label: string;
  typed: string;
  error: FieldError | undefined;
}

/** The inputs of the form. No script: rules are told in words and checked when the form is sent. */
export function inputsAsked({ definition, asksTenant, fields, typed, errors }: AskedInputs, language: Language): Html[] {
  const words = texts[language].asked;
  const errorOf = (path: string) => errors.find((error) => error.path === path);
  const asked: Asked[] = fields.map((field) => ({
    ...field,
    name: `field.${field.key}`,
    label: field.label ?? field.key,
    typed: bareValue(field, givenFor(typed.fields, field.key) ?? ''),
    required: !mayBeEmpty(field),
    error: errorOf(`fields.${field.key}`),
  }));
  const { allowedTenants } = tenancyOf(definition);
  const tenant: Asked = {
    name: 'tenant',
    label: words.tenant(definition.identityProvider),
    hint: words.tenantHint,
    typed: typed.tenant,
    required: true,
    allowedValues: allowedTenants?.length ? allowedTenants : undefined,
    error: errorOf('tenant'),
  };
  return (asksTenant ? [tenant, ...asked] : asked).map((one, index) => input(one, index, words));
}

/** Errors that no input of the page can mend, as lines above them. */
export function otherErrors({ asksTenant, fields, errors }: AskedInputs, language: Language): Html[] {
  const shown = new Set([...(asksTenant ? ['tenant'] : []), ...fields.map(({ key }) => `fields.${key}`)]);
  const others = errors.filter(({ path }) => !shown.has(path));
  return others.map((error) => html`<p class="wrong" role="alert">${texts[language].asked.wrong(error.path, error)}</p>`);
}

function input(asked: Asked, index: number, words: (typeof texts)[Language]['asked']): Html {
  const { label, hint, error, prefix, suffix, required } = asked;
  const id = `asked-${index}`;
  const described = [hint === undefined ? [] : `${id}-hint`, error === undefined ? [] : `${id}-error`].flat().join(' ');
  return html`<div class="asked"><label for="${id}">${label}${required ? null : html` <small>${words.mayStayEmpty}</small>`}</label>${
    hint === undefined ? null : html`<p class="note" id="${id}-hint">${hint}</p>`
  }<div class="typed">${prefix === undefined ? null : html`<span>${prefix}</span>`}${control(asked, id, described)}${
    suffix === undefined ? null : html`<span>${suffix}</span>`
  }</div>${error === undefined ? null : html`<p class="wrong" id="${id}-error" role="alert">${words.wrong(label, error)}</p>`}</div>`;
}

function control({ name, typed, secret, required, allowedValues, error }: Asked, id: string, described: string): Html {
  const told = html`${described === '' ? null : html` aria-describedby="${described}"`}${error === undefined ? null : html` aria-invalid="true"`}${
    required ? html` required` : null
  }`;
  if (allowedValues) {
    const options = ['', ...allowedValues].map(
      (value) => html`<option${value === typed ? html` selected` : null}>${value}</option>`,
    );
    return html`<select id="${id}" name="${name}"${told}>${options}</select>`;
  }
  if (secret === true) return html`<input id="${id}" name="${name}" type="password" autocomplete="off" maxlength="1000"${told}>`;
  return html`<input id="${id}" name="${name}" type="text" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="1000" value="${typed}"${told}>`;
}

/** The form's own fields: `tenant`, and `field.<key>` for each additional field. What was sent twice or is no text counts as empty. */
export function typedInputs(body: Readonly<Record<string, unknown>>): TypedInputs {
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const fields = Object.entries(body).flatMap(([name, value]) =>
    name.startsWith('field.') ? [[name.slice(6), text(value)]] : [],
  );
  return { tenant: text(body.tenant), fields: Object.fromEntries(fields) };
}
