import type { Diagnosis } from '@grantkeeper/contracts/test-runs/http';
import { readDiscovery } from '../profiles/discovery.js';
import { clientAuthenticationOf, type ProfileDefinition, pkceOf, requestedScopes } from '../profiles/profile.js';
import { diagnosisOf } from './diagnose.js';

export interface DiscoveryVerdict {
  diagnosis: Diagnosis | null;
  result: 'passed' | 'failed' | 'unclear';
  /** What the document tells, for steps that fail at the profile's own URLs. */
  tokenUrl: string | null;
  authorizationUrl: string | null;
}

/** Whether a provider's metadata (OpenID Connect Discovery section 3, RFC 8414 section 2) agrees with the profile. */
export function checkDiscovery(discoveryUrl: string, body: string, definition: ProfileDefinition): DiscoveryVerdict {
  const nothing = { tokenUrl: null, authorizationUrl: null };
  const document = parsed(body);
  if (document === null)
    return {
      ...nothing,
      result: 'failed',
      diagnosis: diagnosisOf('unreadable_answer', 'discovery', 'the document is not a JSON object'),
    };
  const found = readDiscovery(discoveryUrl, document);
  if ('path' in found) {
    const code = found.code === 'issuer_mismatch' ? 'issuer_mismatch' : 'unreadable_answer';
    return { ...nothing, result: 'failed', diagnosis: diagnosisOf(code, 'discovery', found.message) };
  }
  const told = { tokenUrl: found.tokenUrl ?? null, authorizationUrl: found.authorizationUrl ?? null };
  if (definition.issuer !== null && found.issuer !== definition.issuer)
    return {
      ...told,
      result: 'failed',
      diagnosis: diagnosisOf('issuer_mismatch', 'discovery', `the document’s issuer is ${found.issuer}`),
    };
  const differing = [...endpointsDiffering(definition, found), ...notOffered(document, definition)];
  if (differing.length === 0) return { ...told, result: 'passed', diagnosis: null };
  return {
    ...told,
    result: 'unclear',
    diagnosis: diagnosisOf('discovery_differs', 'discovery', differing.join('; ').slice(0, 1000)),
  };
}

function endpointsDiffering(
  definition: ProfileDefinition,
  found: { authorizationUrl?: string; tokenUrl?: string; revocationUrl?: string },
): string[] {
  const ours: [string, string | undefined, string | undefined][] = [
    ['authorizationUrl', definition.authorizationUrl, found.authorizationUrl],
    ['tokenUrl', definition.tokenUrl, found.tokenUrl],
    ['advanced.revocationUrl', definition.advanced.revocationUrl, found.revocationUrl],
  ];
  return ours.flatMap(([field, own, told]) =>
    told !== undefined && own !== undefined && own !== told ? [`${field}: the document has ${told}`] : [],
  );
}

/** What the profile uses and the document lists without it. A list that is absent says nothing. */
function notOffered(document: Record<string, unknown>, definition: ProfileDefinition): string[] {
  const lacks = (member: string, wanted: string): boolean =>
    Array.isArray(document[member]) && !(document[member] as unknown[]).includes(wanted);
  const { method } = clientAuthenticationOf(definition);
  const scopes = requestedScopes(definition).filter((scope) => lacks('scopes_supported', scope));
  return [
    ...(lacks('token_endpoint_auth_methods_supported', method)
      ? [`advanced.clientAuthentication: ${method} is not offered`]
      : []),
    ...(pkceOf(definition) === 'S256' && lacks('code_challenge_methods_supported', 'S256')
      ? ['advanced.pkce: S256 is not offered']
      : []),
    ...(lacks('grant_types_supported', 'authorization_code') ? ['the authorization code grant is not offered'] : []),
    ...(scopes.length > 0 ? [`scope: ${scopes.join(' ')} not listed`] : []),
  ];
}

function parsed(body: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
