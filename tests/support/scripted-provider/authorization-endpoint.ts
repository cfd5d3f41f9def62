import type { TokenFamilies } from './token-families.js';

export interface Decision {
  subject?: string;
  email?: string;
  deny?: boolean;
}

export interface AuthorizationRules {
  issuer: string;
  clientId: string;
  /** Registered redirect URIs; while empty, any is taken. */
  redirectUris: readonly string[];
  sendsIss: boolean;
}

/** A fault in the request that must not be sent back to the client (RFC 6749 section 4.1.2.1). */
export class UnusableAuthorizationRequest extends Error {}

/** The parameters that go back to the client for this decision, as name and value pairs. */
export interface AuthorizationAnswer {
  redirectUri: string;
  responseMode: 'query' | 'form_post';
  parameters: Record<string, string>;
}

/** Decides an authorization request (RFC 6749 section 4.1, RFC 7636, RFC 9207). */
export function decide(
  query: URLSearchParams,
  decision: Decision,
  rules: AuthorizationRules,
  families: TokenFamilies,
): AuthorizationAnswer {
  const redirectUri = checkedRedirectUri(query, rules);
  const challenge = query.get('code_challenge');
  const outcome = decisionOutcome(query, decision, challenge);
  const parameters: Record<string, string> =
    outcome !== null
      ? { error: outcome }
      : {
          code: families.begin({
            subject: decision.subject ?? 'scripted-user',
            email: decision.email ?? `${decision.subject ?? 'scripted-user'}@provider.test`,
            scope: query.get('scope') ?? '',
            redirectUri,
            codeChallenge: challenge,
            nonce: query.get('nonce'),
          }),
        };
  const state = query.get('state');
  if (state !== null) parameters.state = state;
  if (rules.sendsIss) parameters.iss = rules.issuer;
  return { redirectUri, responseMode: query.get('response_mode') === 'form_post' ? 'form_post' : 'query', parameters };
}

/** The callback URL that a browser would be sent to. */
export function callbackUrl({ redirectUri, parameters }: AuthorizationAnswer): string {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function checkedRedirectUri(query: URLSearchParams, rules: AuthorizationRules): string {
  const redirectUri = query.get('redirect_uri');
  if (query.get('client_id') !== rules.clientId) throw new UnusableAuthorizationRequest('unknown client_id');
  if (redirectUri === null) throw new UnusableAuthorizationRequest('redirect_uri is missing');
  if (rules.redirectUris.length > 0 && !rules.redirectUris.includes(redirectUri)) {
    throw new UnusableAuthorizationRequest('redirect_uri is not registered');
  }
  return redirectUri;
}

function decisionOutcome(query: URLSearchParams, decision: Decision, challenge: string | null): string | null {
  if (query.get('response_type') !== 'code') return 'unsupported_response_type';
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') return 'invalid_request';
  return decision.deny === true ? 'access_denied' : null;
}
