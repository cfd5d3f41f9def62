import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { AdditionalField } from '@grantkeeper/contracts/profiles/fields';
import { additionalFieldsOf, givenFor, readFieldValue } from '../profiles/additional-fields.js';
import type { ProfileDefinition } from '../profiles/profile.js';
import { fieldsInUrls, valueFaults } from '../profiles/profile-urls.js';
import { type ConsentInputs, faultErrors, valuesOf } from './consent-inputs.js';

/** The fields that a user may change after consent: those that are asked for, and that lead no token to another place. */
export function changeableFields(definition: ProfileDefinition): readonly AdditionalField[] {
  const inUrls = fieldsInUrls(definition);
  return additionalFieldsOf(definition).filter(({ key, value }) => value === undefined && !inUrls.has(key));
}

/** A secret that is there already may be left empty, and then stays. */
export const isKept = ({ key, secret }: AdditionalField, inputs: ConsentInputs): boolean =>
  secret === true && Object.hasOwn(inputs.given, key);

/** Reads what a user changes of a grant's fields; every wrong value is named. What may not be changed stays as it is. */
export function readChangedFields(
  definition: ProfileDefinition,
  known: { tenant: string; inputs: ConsentInputs; userId: string },
  typed: Readonly<Record<string, string>>,
): { inputs: ConsentInputs; changed: string[]; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const values = new Map<string, string>();
  for (const field of changeableFields(definition)) {
    const text = givenFor(typed, field.key) ?? '';
    if (text === '' && isKept(field, known.inputs)) continue;
    const read = readFieldValue(field, text);
    if ('code' in read) errors.push({ path: `fields.${field.key}`, ...read });
    else values.set(field.key, read.value);
  }
  const inputs = { ...known.inputs, given: { ...known.inputs.given, ...Object.fromEntries(values) } };
  const faults = faultErrors(valueFaults(definition, valuesOf(definition, known.tenant, inputs, known.userId)));
  errors.push(...faults.filter(({ path }) => values.has(path.replace(/^fields\./, ''))));
  const changed = [...values].filter(([key, value]) => givenFor(known.inputs.given, key) !== value).map(([key]) => key);
  return { inputs, changed, errors };
}
