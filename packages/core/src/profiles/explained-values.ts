import type { AdditionalField } from '@grantkeeper/contracts/profiles/fields';
import { isFault, isPlaceholder, type Placeholder, parsePlaceholders, type Source } from '../placeholders/placeholder.js';
import { placeholderValue, type Values } from '../placeholders/values.js';
import { additionalFieldsOf } from './additional-fields.js';
import { tenancyOf } from './placeholder-rules.js';
import type { ProfileDefinition } from './profile.js';
import { withPathFields } from './profile-urls.js';

/** Stands for what is secret, and for what is made anew each time. */
export const masked = 'masked';

/** What an explanation is given; the values of an ask that fit the profile. */
export interface Given {
  tenant: string;
  fields: Readonly<Record<string, string>>;
  context: Readonly<Record<string, unknown>>;
}

/** Values for every placeholder: given ones, defaults, and stand-ins for what its user would be asked; secrets masked. */
export function explainedValues(definition: ProfileDefinition, given: Given): Values & { accessToken: string } {
  const fields = additionalFieldsOf(definition).map((field): [string, string] => [field.key, shownValue(field, given)]);
  const { enabled, allowedTenants } = tenancyOf(definition);
  return {
    tenant: enabled ? given.tenant || (allowedTenants?.[0] ?? 'tenant') : null,
    fields: new Map(fields),
    context: given.context,
    userId: 'user',
    accessToken: masked,
    random: () => masked,
  };
}

function shownValue({ key, secret, value, allowedValues, prefix = '', suffix = '' }: AdditionalField, { fields }: Given): string {
  if (secret === true) return masked;
  return Object.hasOwn(fields, key) ? (fields[key] ?? '') : `${prefix}${value ?? allowedValues?.[0] ?? key}${suffix}`;
}

/** The placeholders of a text with what they get and where that comes from. */
export function explainedPlaceholders(
  definition: ProfileDefinition,
  text: string,
  values: Values,
  given: Given,
): { name: string; value: string; source: string }[] {
  const parts = parsePlaceholders(text);
  if (isFault(parts)) return [];
  return withPathFields(definition, parts)
    .filter(isPlaceholder)
    .map((placeholder: Placeholder) => ({
      name: placeholder.written,
      value: placeholderValue(placeholder, values) ?? '',
      source: sourceName(definition, placeholder.source, given),
    }));
}

function sourceName(definition: ProfileDefinition, source: Source, given: Given): string {
  switch (source.kind) {
    case 'tenant':
      return given.tenant === '' ? 'asked of the user' : 'tenant';
    case 'field': {
      if (Object.hasOwn(given.fields, source.key)) return `fields.${source.key}`;
      const field = additionalFieldsOf(definition).find(({ key }) => key === source.key);
      return field?.value === undefined ? 'asked of the user' : `additionalFields: the default of ${source.key}`;
    }
    case 'path-field':
      return `authorizationFields: path ${source.key}`;
    case 'context':
      return `context.${source.path.join('.')}`;
    case 'user':
      return 'user of the ask';
    case 'random':
      return 'made for each request';
    case 'token':
      return 'the grant';
    case 'captured':
      return 'captured';
  }
}
