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
  /** Scopes that may be asked for; any while undefined. */
  scopes?: readonly string[];
  pkce: PkceRule;
}

/** What is made of a code challenge (RFC 7636): most take it or leave it, some insist, and some refuse what they do not know. */
export type PkceRule = 'optional' | 'required' | 'refused';

/** A fault in the request that must not be sent back to the client (RFC 6749 section 4.1.2.1). */
export class UnusableAuthorizationRequest extends Error {
  constructor(readonly refusal: 'unknown-client' | 'redirect-uri') {
    super(refusal === 'unknown-client' ? 'unknown client_id' : 'redirect_uri is not registered');
  }
}

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
  const outcome = requestFault(query, rules) ?? (decision.deny === true ? { error: 'access_denied' } : null);
  const parameters: Record<string, string> =
    outcome !== null
      ? { ...outcome }
      : {
          code: families.begin({
            subject: decision.subject ?? 'scripted-user',
            email: decision.email ?? `${decision.subject ?? 'scripted-user'}@provider.test`,
            scope: query.get('scope') ?? '',
            redirectUri,
            codeChallenge: challenge,
            nonce: query.get('nonce'),
            asked: Object.fromEntries(query),
          }),
        };
  return answerTo(query, redirectUri, parameters, rules);
}

/** What is wrong with a request before anybody signs in: the answer that sends the browser back, null where a person is asked. Throws where it must not be sent back. */
export function refusalBeforeSignIn(query: URLSearchParams, rules: AuthorizationRules): AuthorizationAnswer | null {
  const redirectUri = checkedRedirectUri(query, rules);
  const fault = requestFault(query, rules);
  return fault && answerTo(query, redirectUri, { ...fault }, rules);
}

function answerTo(
  query: URLSearchParams,
  redirectUri: string,
  given: Record<string, string>,
  rules: AuthorizationRules,
): AuthorizationAnswer {
  const state = query.get('state');
  const parameters = { ...given, ...(state === null ? {} : { state }), ...(rules.sendsIss ? { iss: rules.issuer } : {}) };
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
  if (query.get('client_id') !== rules.clientId) throw new UnusableAuthorizationRequest('unknown-client');
  if (redirectUri === null) throw new UnusableAuthorizationRequest('redirect-uri');
  if (rules.redirectUris.length > 0 && !rules.redirectUris.includes(redirectUri)) {
    throw new UnusableAuthorizationRequest('redirect-uri');
  }
  return redirectUri;
}

interface RequestFault {
  error: string;
  error_description?: string;
}

function requestFault(query: URLSearchParams, { scopes, pkce }: AuthorizationRules): RequestFault | null {
  const challenge = query.get('code_challenge');
  if (query.get('response_type') !== 'code') return { error: 'unsupported_response_type' };
  if (challenge !== null && query.get('code_challenge_method') !== 'S256') return { error: 'invalid_request' };
  if (challenge !== null && pkce === 'refused')
    return { error: 'invalid_request', error_description: 'Unknown parameter: code_challenge' };
  if (challenge === null && pkce === 'required')
    return { error: 'invalid_request', error_description: 'code_challenge is required' };
  const unknown = (query.get('scope') ?? '')
    .split(' ')
    .find((one) => one !== '' && scopes !== undefined && !scopes.includes(one));
  return unknown === undefined ? null : { error: 'invalid_scope', error_description: `Unknown scope: ${unknown}` };
}
