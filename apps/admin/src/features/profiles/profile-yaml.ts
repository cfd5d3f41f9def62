import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { fieldErrors } from '@grantkeeper/contracts/field-errors';
import { plainRule } from '@grantkeeper/contracts/plain-rules';
import { newProfileSchema } from '@grantkeeper/contracts/profiles/http';
import { parseDocument, stringify } from 'yaml';
import type { z } from 'zod';
import { type DescribedProfile, toDefinition, toForm } from './form-model.js';

/** More than any profile is written in. */
const mostCharacters = 300_000;

/** A profile as a file: what an author would have typed, without id and secrets, in the order of the form. */
export function toYaml(profile: DescribedProfile): string {
  const { tenancy, additionalFields, authorizationFields, description, scope, advanced, ...rest } = toDefinition(toForm(profile));
  const definition = {
    ...rest,
    scope,
    ...(description !== '' && { description }),
    ...(tenancy?.enabled && { tenancy }),
    ...(additionalFields?.length && { additionalFields }),
    ...(authorizationFields?.length && { authorizationFields }),
    ...(Object.keys(advanced).length > 0 && { advanced }),
  };
  return stringify(definition, { lineWidth: 0 });
}

/** Without a profile: not YAML at all, or no mapping. */
export interface ReadYaml {
  profile: DescribedProfile | null;
  errors: FieldError[];
}

const unreadable = (message: string): ReadYaml => ({ profile: null, errors: [{ path: 'body', code: 'unreadable', message }] });

/**
 * Reads such a file. What can be read fills the form even where some of it is wrong; each mistake is told by its field.
 * Ids and secrets in it are passed over with a word about it.
 */
export function fromYaml(source: string): ReadYaml {
  if (source.length > mostCharacters) return unreadable(`must have at most ${mostCharacters} characters`);
  const document = parseDocument(source);
  const [first] = document.errors;
  if (first) return unreadable(first.message);
  const given: unknown = readPlain(document);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return unreadable('must be a mapping of fields');
  const { id, clientSecret, nextClientSecret, ...definition } = given as Record<string, unknown>;
  const passedOver = Object.entries({ id, clientSecret, nextClientSecret })
    .filter(([, value]) => value !== undefined)
    .map(([path]) => ({ path, code: 'passed_over', message: 'is not taken from a file' }));
  const parsed = newProfileSchema.safeParse(definition, { error: plainRule });
  const errors = parsed.success ? [] : fieldErrors(parsed.error, definition, 'body');
  return {
    profile: parsed.success ? parsed.data : withoutOtherKinds(definition, parsed.error),
    errors: [...passedOver, ...errors],
  };
}

function readPlain(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return null; // an alias: nothing that this program writes holds one
  }
}

/** Mistakes that leave a value of another kind than the form's input holds; of the others the value is shown and mended there. */
const otherKinds = ['invalid_type', 'invalid_value', 'invalid_union'];

function withoutOtherKinds(definition: Record<string, unknown>, { issues }: z.ZodError): DescribedProfile {
  const kept = structuredClone(definition);
  for (const issue of issues) {
    if (otherKinds.includes(issue.code)) cut(kept, issue.path);
    if (issue.code === 'unrecognized_keys') for (const key of issue.keys) cut(kept, [...issue.path, key]);
  }
  return withoutHoles(kept) as DescribedProfile;
}

function cut(place: unknown, [key = '', ...below]: readonly PropertyKey[]): void {
  if (typeof place !== 'object' || place === null || !Object.hasOwn(place, key)) return;
  const members = place as Record<PropertyKey, unknown>;
  if (below.length > 0) cut(members[key], below);
  else members[key] = undefined;
}

/** Lists without the entries that were cut, objects without such members. */
function withoutHoles(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((entry) => entry !== undefined).map(withoutHoles);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutHoles(member)]));
}
