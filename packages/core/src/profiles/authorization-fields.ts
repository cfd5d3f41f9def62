import type { FieldError } from '@grantkeeper/contracts/error-codes';
import type { AuthorizationField } from '@grantkeeper/contracts/profiles/fields';
import { headerValueProblem, segmentValueProblem } from '../placeholders/encodings.js';
import {
  isFault,
  isPlaceholder,
  type Part,
  type Placeholder,
  parsePlaceholders,
  sourcesIn,
} from '../placeholders/placeholder.js';
import { type FillFault, fillFault, placeholderValue, type Values } from '../placeholders/values.js';
import { reasonInText } from './placeholder-rules.js';
import type { ProfileDefinition } from './profile.js';

export const authorizationFieldsOf = (
  definition: Pick<ProfileDefinition, 'authorizationFields'>,
): readonly AuthorizationField[] => definition.authorizationFields ?? [];

/** Authorization fields with their placeholders filled, by where they go. */
export interface FilledFields {
  headers: Record<string, string>;
  query: Record<string, string>;
  payload: Record<string, string>;
  path: Record<string, string>;
}

const groups = { header: 'headers', query: 'query', payload: 'payload', path: 'path' } as const;

/** Fills every authorization field; or what does not fit where it goes, or is not known. */
export function fillFields(definition: ProfileDefinition, values: Values): FilledFields | FillFault[] {
  const filled: Record<keyof FilledFields, [string, string][]> = { headers: [], query: [], payload: [], path: [] };
  const faults: FillFault[] = [];
  for (const field of authorizationFieldsOf(definition)) {
    const value = fillField(field, values);
    if (typeof value === 'string') filled[groups[field.fieldType]].push([field.key, value]);
    else faults.push(value);
  }
  if (faults.length > 0) return faults;
  const { headers, query, payload, path } = filled;
  // Object.fromEntries makes own members of any name, so that none of them can be more than a member.
  return {
    headers: Object.fromEntries(headers),
    query: Object.fromEntries(query),
    payload: Object.fromEntries(payload),
    path: Object.fromEntries(path),
  };
}

/** What is wrong with the values that are known so far; of those that are not, only the runtime's are asked for. */
export function fieldFaults(definition: ProfileDefinition, values: Values): FillFault[] {
  const readable = authorizationFieldsOf(definition).filter(({ value }) => !isFault(parsePlaceholders(value)));
  const filled = readable.map((field) => fillField(field, values));
  return filled
    .filter((one) => typeof one !== 'string')
    .filter(({ code, input }) => code !== 'required' || input.startsWith('context.'));
}

function fillField({ fieldType, value }: AuthorizationField, values: Values): string | FillFault {
  const parts = partsOf(value);
  const last = parts.findLast(isPlaceholder);
  const pieces = parts.map((part) => (isPlaceholder(part) ? placeholderValue(part, values) : part));
  const missing = parts.find((part, index): part is Placeholder => isPlaceholder(part) && pieces[index] === null);
  if (missing) return fillFault(missing, 'required', 'is required');
  const text = pieces.join('');
  const problem = last ? problemOf(fieldType, text) : null;
  return last && problem !== null ? fillFault(last, 'does_not_fit', problem) : text;
}

function problemOf(fieldType: AuthorizationField['fieldType'], text: string): string | null {
  if (!text.isWellFormed()) return 'must be well-formed Unicode';
  if (fieldType === 'header') return headerValueProblem(text);
  if (fieldType !== 'path') return null;
  if (text === '' || text === '.' || text === '..') return 'must not be empty, . or ..: it is one segment of a path';
  return segmentValueProblem(text);
}

/** The text of a field; what a stored one is was checked when it was saved. */
function partsOf(value: string): Part[] {
  const parts = parsePlaceholders(value);
  if (isFault(parts)) throw new Error(`a stored authorization field has a placeholder that ${parts.message}`);
  return parts;
}

/** What is wrong with the rows of a profile beside what the contract says of each. */
export function authorizationFieldErrors(definition: ProfileDefinition): FieldError[] {
  return authorizationFieldsOf(definition).flatMap((field, index) => {
    const wrong = (code: string, message: string): FieldError[] => [
      { path: `authorizationFields.${index}.value`, code, message },
    ];
    const parts = parsePlaceholders(field.value);
    if (isFault(parts)) return wrong(parts.code, `${parts.placeholder} ${parts.message}`);
    for (const placeholder of parts.filter(isPlaceholder)) {
      const [reason] = sourcesIn([placeholder]).flatMap(
        (source) => reasonInText(definition, source, field.fieldType === 'path') ?? [],
      );
      if (reason) return wrong(reason.code, `${placeholder.written} ${reason.message}`);
    }
    const isCredential = field.fieldType === 'header' && field.key.toLowerCase() === 'authorization';
    if (isCredential && !sourcesIn(parts).some(({ kind }) => kind === 'token'))
      return wrong('not_applicable', 'must hold {{token.access_token}}: the header is the grant’s own credential');
    const sample = parts.map((part) => (isPlaceholder(part) ? 'x' : part)).join('');
    const problem = problemOf(field.fieldType, sample);
    return problem === null ? [] : wrong('does_not_fit', problem);
  });
}
