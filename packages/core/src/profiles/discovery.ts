import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { endpointUrl } from '@grantkeeper/contracts/profiles/urls';

/** What a provider's metadata document tells of itself. */
export interface Discovered {
  issuer: string;
  authorizationUrl?: string;
  tokenUrl?: string;
  revocationUrl?: string;
  issParameterSupported: boolean;
}

/**
 * Whether a document at this URL may speak for this issuer: `<issuer>/.well-known/openid-configuration`
 * (OpenID Connect Discovery section 4) or the well-known part between host and path (RFC 8414 section 3.1).
 */
export function wellKnownUrlsOk(discoveryUrl: string, issuer: string): boolean {
  const parts = /^(https?:\/\/[^/?#@\s]+)(\/[^?#\s]*)?$/.exec(issuer);
  if (parts === null) return false;
  const host = parts[1] ?? '';
  const path = (parts[2] ?? '').replace(/\/$/, '');
  return [
    `${host}${path}/.well-known/openid-configuration`,
    `${host}/.well-known/openid-configuration${path}`,
    `${host}/.well-known/oauth-authorization-server${path}`,
  ].includes(discoveryUrl);
}

/** Reads a metadata document; its issuer must match where it was found (OpenID Connect Discovery section 4.3, RFC 8414 section 3.3). */
export function readDiscovery(discoveryUrl: string, body: unknown): Discovered | FieldError {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return wrong('unreadable', 'the document is not a JSON object');
  const document = body as Record<string, unknown>;
  const issuer = document.issuer;
  if (typeof issuer !== 'string' || !wellKnownUrlsOk(discoveryUrl, issuer)) {
    return wrong('issuer_mismatch', 'the document’s issuer does not belong to this URL');
  }
  const discovered: Discovered = {
    issuer,
    issParameterSupported: document.authorization_response_iss_parameter_supported === true,
  };
  for (const [member, name] of endpoints) {
    const value = document[name];
    if (value === undefined || value === null) continue;
    const parsed = endpointUrl.safeParse(value);
    if (!parsed.success) return wrong('unusable_endpoint', `the document’s ${name} is not a usable URL`);
    discovered[member] = parsed.data;
  }
  return discovered;
}

const endpoints = [
  ['authorizationUrl', 'authorization_endpoint'],
  ['tokenUrl', 'token_endpoint'],
  ['revocationUrl', 'revocation_endpoint'],
] as const;

function wrong(code: string, message: string): FieldError {
  return { path: 'advanced.discoveryUrl', code, message };
}
