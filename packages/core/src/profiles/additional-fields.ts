import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { type AdditionalField, fieldValue } from '@grantkeeper/contracts/profiles/fields';
import { compilePattern } from './field-pattern.js';
import type { ProfileDefinition } from './profile.js';

export const additionalFieldsOf = (definition: Pick<ProfileDefinition, 'additionalFields'>): readonly AdditionalField[] =>
  definition.additionalFields ?? [];

/** Whether nobody has to give it anything: what a URL's host or path needs may not be left empty. */
export const mayBeEmpty = (field: AdditionalField): boolean => field.required === false && field.value === undefined;

/**
 * What a field is worth when this is typed or sent for it: its prefix and suffix are added where they are not there already. A rule that it breaks
 * comes back as a field error without a path.
 */
export function readFieldValue(field: AdditionalField, given: string): { value: string } | Omit<FieldError, 'path'> {
  const parsed = fieldValue.safeParse(given);
  if (!parsed.success) return { code: 'invalid_value', message: parsed.error.issues[0]?.message ?? 'is not text' };
  const inner = bareValue(field, given);
  if (inner === '') return field.required === false ? { value: '' } : { code: 'required', message: 'is required' };
  if (field.allowedValues && !field.allowedValues.includes(inner))
    return {
      code: 'not_allowed',
      message: `must be one of ${field.allowedValues.slice(0, 10).join(', ')}${field.allowedValues.length > 10 ? ', …' : ''}`,
    };
  const pattern = field.pattern === undefined ? null : compilePattern(field.pattern);
  if (pattern !== null && typeof pattern !== 'string' && !pattern.matches(inner))
    return { code: 'pattern', message: 'is not in the form that is asked for' };
  return { value: `${field.prefix ?? ''}${inner}${field.suffix ?? ''}` };
}

/** What was given for a key; a key may be a word that every object knows, such as `toString`. */
export const givenFor = (given: Readonly<Record<string, string>>, key: string): string | undefined =>
  Object.hasOwn(given, key) ? given[key] : undefined;

/** A value without its field's prefix and suffix: what a person types. */
export function bareValue({ prefix = '', suffix = '' }: AdditionalField, value: string): string {
  const from = prefix !== '' && value.startsWith(prefix) ? prefix.length : 0;
  const rest = value.slice(from);
  return suffix !== '' && rest.endsWith(suffix) ? rest.slice(0, rest.length - suffix.length) : rest;
}

/** What is wrong with the rows of a profile beside what the contract says of each. */
export function additionalFieldErrors(fields: readonly AdditionalField[]): FieldError[] {
  return fields.flatMap((field, index) => {
    const wrong = (member: string, code: string, message: string): FieldError => ({
      path: `additionalFields.${index}.${member}`,
      code,
      message,
    });
    const errors: FieldError[] = [];
    const pattern = field.pattern === undefined ? null : compilePattern(field.pattern);
    if (typeof pattern === 'string') return [wrong('pattern', 'pattern', pattern)];
    if (field.secret === true && field.value !== undefined)
      errors.push(
        wrong('value', 'not_applicable', 'a secret cannot have a default: everybody who reads the profile would see it'),
      );
    else if (field.value !== undefined) {
      const read = readFieldValue(field, field.value);
      if ('code' in read) errors.push(wrong('value', read.code, `the default ${read.message}`));
    }
    field.allowedValues?.forEach((value, at) => {
      if (pattern !== null && !pattern.matches(value))
        errors.push(wrong(`allowedValues.${at}`, 'pattern', 'is not in the form of the field’s own pattern'));
    });
    return errors;
  });
}
