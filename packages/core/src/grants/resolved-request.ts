import type { FillFault, Values } from '../placeholders/values.js';
import { type FilledFields, fillFields } from '../profiles/authorization-fields.js';
import type { ProfileDefinition } from '../profiles/profile.js';
import { baseUrlOf, fillProfileUrl, originPattern } from '../profiles/profile-urls.js';
import { boundOriginsReach } from './endpoints.js';

/** What a request to the provider's API takes beside its own: the base of its URL, the credential and the authorization fields. */
export interface ResolvedRequest extends FilledFields {
  baseUrl: string | null;
}

/** Whether a profile says anything of such requests: without it only the bearer header goes along. */
export function shapesRequests(definition: ProfileDefinition): boolean {
  return baseUrlOf(definition) !== null || (definition.authorizationFields ?? []).length > 0;
}

/** Whether a grant's token may go to where the profile's API is now: only to an origin that it was consented under. */
export function boundOriginsServeApi(grantOrigins: readonly string[], definition: ProfileDefinition): boolean {
  const url = baseUrlOf(definition);
  return url === null || grantOrigins.includes(originPattern(definition, url) ?? '');
}

/** Whether the base URL, filled, leads to one of those origins. */
export function boundOriginsReachApi(
  grantOrigins: readonly string[],
  definition: ProfileDefinition,
  { baseUrl }: ResolvedRequest,
): boolean {
  return baseUrl === null || boundOriginsReach(grantOrigins, definition, baseUrlOf(definition) ?? baseUrl, baseUrl);
}

/** Fills base URL and authorization fields. A field `Authorization` takes the place of the bearer header (RFC 6750 section 2.1). */
export function resolveRequest(
  definition: ProfileDefinition,
  values: Values & { accessToken: string },
  tokenType: string,
): ResolvedRequest | FillFault[] {
  const fields = fillFields(definition, values);
  const template = baseUrlOf(definition);
  const baseUrl = template === null ? null : fillProfileUrl(definition, template, values);
  if (Array.isArray(fields)) return fields;
  if (baseUrl !== null && typeof baseUrl !== 'string') return [baseUrl];
  const own = Object.keys(fields.headers).some((name) => name.toLowerCase() === 'authorization');
  const headers = own ? fields.headers : { Authorization: `${tokenType} ${values.accessToken}`, ...fields.headers };
  return { ...fields, headers, baseUrl };
}
