import type { ProfileRevisionView, ProfileView } from '@grantkeeper/contracts/profiles/http';

export interface FieldDifference {
  /** Dotted; rows of a list are compared as one. */
  field: string;
  before: string;
  after: string;
}

type Definition = ProfileRevisionView['definition'];

/** What of a profile is its definition, as revisions keep it, in the order of the form. */
export function definitionOf(profile: ProfileView): Definition {
  const { type, name, identityProvider, clientId, clientSecretSetAt, nextClientSecretSetAt, authorizationUrl, tokenUrl } =
    profile;
  const { scope, refreshUrl, description, tenancy, additionalFields, authorizationFields, grantedTo, identityCheck } = profile;
  const { advanced, issuer } = profile;
  return {
    ...{ type, name, identityProvider, clientId, clientSecretSetAt, nextClientSecretSetAt, authorizationUrl, tokenUrl },
    ...{ scope, refreshUrl, description, tenancy, additionalFields, authorizationFields, grantedTo, identityCheck },
    ...{ advanced, issuer },
  };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A value as it is read: rows one below the other. */
function written(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) return value.map((row) => writtenRow(row)).join('\n');
  return typeof value === 'string' ? value : JSON.stringify(value);
}
function writtenRow(row: unknown): string {
  if (!isObject(row)) return String(row);
  return Object.entries(row)
    .map(([key, value]) => `${key}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ');
}

/** Every field of a definition with its value, groups taken apart. */
function fieldsOf(value: Record<string, unknown>, above = ''): [string, string][] {
  return Object.entries(value).flatMap(([key, member]): [string, string][] =>
    isObject(member) ? fieldsOf(member, `${above}${key}.`) : [[`${above}${key}`, written(member)]],
  );
}

/** What differs between two revisions, field by field, in the order of the form. */
export function differenceBetween(before: Definition, after: Definition): FieldDifference[] {
  const [old, now] = [new Map(fieldsOf(before)), new Map(fieldsOf(after))];
  return [...new Set([...old.keys(), ...now.keys()])].flatMap((field) => {
    const [was, is] = [old.get(field) ?? '', now.get(field) ?? ''];
    return was === is ? [] : [{ field, before: was, after: is }];
  });
}
