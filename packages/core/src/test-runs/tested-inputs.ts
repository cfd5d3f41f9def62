import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { type AskedInputs, type ConsentInputs, readAskedInputs, readTypedInputs } from '../authorizations/consent-inputs.js';
import type { Values } from '../placeholders/values.js';
import { additionalFieldsOf } from '../profiles/additional-fields.js';
import type { ProfileDefinition } from '../profiles/profile.js';
import { fillProfileUrl } from '../profiles/profile-urls.js';

/** Reads what a test is given by the profile's rules. A test asks nobody later: what a user would have to type must be given, too. */
export function readTestedInputs(
  definition: ProfileDefinition,
  asked: AskedInputs,
  userId: string,
): { tenant: string; inputs: ConsentInputs; errors: FieldError[] } {
  const read = readAskedInputs(definition, asked, userId);
  if (read.errors.length > 0) return read;
  const { tenant, inputs, errors } = readTypedInputs(definition, { ...read, userId }, { tenant: '', fields: {} });
  return { tenant, inputs: { given: { ...inputs.typed, ...inputs.given }, typed: {}, context: inputs.context }, errors };
}

/** The definition with its placeholders filled; null where what was given no longer fills one of its URLs. */
export function filledDefinition(definition: ProfileDefinition, values: Values): ProfileDefinition | null {
  const fill = (url: string): string | null => {
    const filled = fillProfileUrl(definition, url, values);
    return typeof filled === 'string' ? filled : null;
  };
  const { refreshUrl, advanced } = definition;
  const authorizationUrl = fill(definition.authorizationUrl);
  const tokenUrl = fill(definition.tokenUrl);
  const refresh = refreshUrl === null ? null : fill(refreshUrl);
  const revocationUrl = advanced.revocationUrl === undefined ? undefined : fill(advanced.revocationUrl);
  if (authorizationUrl === null || tokenUrl === null || revocationUrl === null || (refreshUrl !== null && refresh === null))
    return null;
  return {
    ...definition,
    authorizationUrl,
    tokenUrl,
    refreshUrl: refresh,
    advanced: { ...advanced, ...(revocationUrl === undefined ? {} : { revocationUrl }) },
  };
}

/** Values that are never shown: those of fields that a user types unseen. */
export function secretFieldValues(definition: ProfileDefinition, { fields }: Values): string[] {
  const secret = additionalFieldsOf(definition).filter((field) => field.secret === true);
  return secret.flatMap(({ key }) => fields.get(key) ?? []);
}
