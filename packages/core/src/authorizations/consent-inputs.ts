import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { type AdditionalField, tenantSchema } from '@grantkeeper/contracts/profiles/fields';
import type { FillFault, Values } from '../placeholders/values.js';
import { additionalFieldsOf, givenFor, readFieldValue } from '../profiles/additional-fields.js';
import { tenancyOf } from '../profiles/placeholder-rules.js';
import type { ProfileDefinition } from '../profiles/profile.js';
import { tenantFillsHost, valueFaults } from '../profiles/profile-urls.js';

/** What a consent stands on beside the profile; kept sealed. */
export interface ConsentInputs {
  /** Fields that the runtime sent, prefix and suffix included. */
  given: Record<string, string>;
  /** Fields that the user typed. */
  typed: Record<string, string>;
  /** What the runtime sent for {{context.…}}. */
  context: Record<string, unknown>;
}

export const noInputs: ConsentInputs = { given: {}, typed: {}, context: {} };

/** What a runtime says in its ask. */
export interface AskedInputs {
  tenant: string | null;
  fields: Record<string, string>;
  context: Record<string, unknown>;
}

/** Reads what an ask says by the profile's rules; every wrong value is named. The tenant is empty where the user has to say it, or there is none. */
export function readAskedInputs(
  definition: ProfileDefinition,
  asked: AskedInputs,
  userId: string,
): { tenant: string; inputs: ConsentInputs; errors: FieldError[] } {
  const tenant = readTenant(definition, asked.tenant);
  const fields = readFields(additionalFieldsOf(definition), asked.fields);
  const inputs: ConsentInputs = { given: fields.values, typed: {}, context: asked.context };
  const errors: FieldError[] = [...fields.errors];
  if ('code' in tenant) errors.push({ path: 'tenant', ...tenant });
  const known = 'code' in tenant ? '' : tenant.value;
  errors.push(...faultErrors(valueFaults(definition, valuesOf(definition, known, inputs, userId))));
  return { tenant: known, inputs, errors };
}

/** The tenant as the profile knows it; the only one there is where none is named. */
export function readTenant(definition: ProfileDefinition, given: string | null): { value: string } | Omit<FieldError, 'path'> {
  const { enabled, allowedTenants = [] } = tenancyOf(definition);
  if (!enabled) return given === null ? { value: '' } : { code: 'not_applicable', message: 'the profile has no tenants' };
  if (given === null) return { value: allowedTenants.length === 1 ? (allowedTenants[0] ?? '') : '' };
  const parsed = tenantSchema.safeParse(given.trim());
  if (!parsed.success) return { code: 'invalid_value', message: parsed.error.issues[0]?.message ?? 'is no tenant' };
  const tenant = tenantFillsHost(definition) ? parsed.data.toLowerCase() : parsed.data;
  if (allowedTenants.length > 0 && !allowedTenants.includes(tenant))
    return { code: 'not_allowed', message: 'is not one of the tenants that the profile allows' };
  return { value: tenant };
}

function readFields(
  fields: readonly AdditionalField[],
  given: Readonly<Record<string, string>>,
): { values: Record<string, string>; errors: FieldError[] } {
  const errors: FieldError[] = [];
  const values: [string, string][] = [];
  for (const [key, text] of Object.entries(given)) {
    const field = fields.find((one) => one.key === key);
    const read = field
      ? readFieldValue(field, text)
      : { code: 'unknown_member', message: 'the profile has no such additional field' };
    if ('code' in read) errors.push({ path: `fields.${key}`, ...read });
    else values.push([key, read.value]);
  }
  return { values: Object.fromEntries(values), errors };
}

/** What the user still has to be asked: those that have a value from elsewhere are left out. */
export function askedOfUser(definition: ProfileDefinition, tenant: string, inputs: ConsentInputs) {
  const asksTenant = tenancyOf(definition).enabled && tenant === '';
  const fields = additionalFieldsOf(definition).filter(
    ({ key, value }) => value === undefined && !Object.hasOwn(inputs.given, key),
  );
  return { asksTenant, fields };
}

/** What a person sent from the sign-in page. */
export interface TypedInputs {
  tenant: string;
  fields: Readonly<Record<string, string>>;
}

/** Reads what a person typed for what they were asked; every wrong value is named as in an ask. */
export function readTypedInputs(
  definition: ProfileDefinition,
  known: { tenant: string; inputs: ConsentInputs; userId: string },
  typed: TypedInputs,
): { tenant: string; inputs: ConsentInputs; errors: FieldError[] } {
  const { asksTenant, fields } = askedOfUser(definition, known.tenant, known.inputs);
  const tenant = asksTenant ? typedTenant(definition, typed.tenant) : { value: known.tenant };
  const read = readFields(fields, Object.fromEntries(fields.map(({ key }) => [key, givenFor(typed.fields, key) ?? ''])));
  const inputs = { ...known.inputs, typed: read.values };
  const errors = [...read.errors];
  if ('code' in tenant) errors.unshift({ path: 'tenant', ...tenant });
  else errors.push(...faultErrors(valueFaults(definition, valuesOf(definition, tenant.value, inputs, known.userId))));
  return { tenant: 'code' in tenant ? '' : tenant.value, inputs, errors };
}

function typedTenant(definition: ProfileDefinition, typed: string): { value: string } | Omit<FieldError, 'path'> {
  return typed.trim() === '' ? { code: 'required', message: 'is required' } : readTenant(definition, typed);
}

/** Everything that a profile's placeholders may need of a consent; what nobody has given yet is missing. */
export function valuesOf(
  definition: ProfileDefinition,
  tenant: string,
  { given, typed, context }: ConsentInputs,
  userId: string,
  random: () => string = () => 'random',
): Values {
  return {
    tenant: tenant === '' ? null : tenant,
    fields: fieldValues(definition, { ...typed, ...given }),
    context,
    userId,
    accessToken: null,
    random,
  };
}

/** Each field's value: what was given, else its default; empty where it may be left so. */
export function fieldValues(definition: ProfileDefinition, given: Readonly<Record<string, string>>): Map<string, string> {
  const values = new Map(Object.entries(given));
  for (const field of additionalFieldsOf(definition)) {
    if (values.has(field.key)) continue;
    const read = readFieldValue(field, field.value ?? '');
    if (!('code' in read)) values.set(field.key, read.value);
  }
  return values;
}

/** Faults of values as errors of the ask that brought them, each once. */
export function faultErrors(faults: readonly FillFault[]): FieldError[] {
  const errors = faults.map(({ input, code, message, placeholder }) => ({
    path: input,
    code,
    message: `${message} (${placeholder})`,
  }));
  return errors.filter(({ path }, index) => errors.findIndex((one) => one.path === path) === index);
}
