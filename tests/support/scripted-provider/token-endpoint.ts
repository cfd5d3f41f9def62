import { randomBytes } from 'node:crypto';
import type { PlainAnswer } from './plain-answer.js';
import { type Dialect, tokenRefusals } from './refusals.js';
import type { LoggedRequest } from './request-log.js';
import type { Issued, TokenFamilies } from './token-families.js';

export interface TokenAnswerRules {
  issuer: string;
  clientId: string;
  accessTokenSeconds: number;
  /** Whether a refresh answer names the refresh token when it is unchanged. */
  repeatsRefreshToken: boolean;
  idTokenClaims: Readonly<Record<string, unknown>>;
  dialect: Dialect;
  /** What must have been asked for a refresh token to be given: a scope, or a parameter as `access_type=offline`. */
  refreshTokenNeeds: string | null;
}

/** RFC 6749 section 5: what this server says when nothing is scripted. Spends codes and tokens. */
export function answerTokenRequest(request: LoggedRequest, families: TokenFamilies, rules: TokenAnswerRules): PlainAnswer {
  if (request.grantType === 'authorization_code') {
    const issued = families.redeem(request.code ?? '', request.body.redirect_uri, request.body.code_verifier);
    if (issued === 'invalid_grant') return tokenRefusals[rules.dialect].code;
    return tokenAnswer(issued, rules, hasAsked(issued, rules.refreshTokenNeeds));
  }
  if (request.grantType === 'refresh_token') {
    const issued = families.refresh(request.refreshToken ?? '');
    if (issued === 'invalid_grant') return refusal('invalid_grant');
    return tokenAnswer(issued, rules, issued.refreshToken !== request.refreshToken || rules.repeatsRefreshToken);
  }
  return refusal('unsupported_grant_type');
}

/** RFC 6749 section 5.2. */
function refusal(error: string): PlainAnswer {
  return { status: 400, body: { error, error_description: `scripted provider: ${error}` } };
}

function hasAsked({ consent }: Issued, needs: string | null): boolean {
  if (needs === null || consent.scope.split(' ').includes(needs)) return true;
  const [name = '', value] = needs.split('=');
  return value !== undefined && consent.asked?.[name] === value;
}

function tokenAnswer(issued: Issued, rules: TokenAnswerRules, withRefreshToken: boolean): PlainAnswer {
  const { accessToken, refreshToken, consent } = issued;
  const body: Record<string, unknown> = { access_token: accessToken, token_type: 'Bearer', expires_in: rules.accessTokenSeconds };
  if (withRefreshToken) body.refresh_token = refreshToken;
  if (consent.scope !== '') body.scope = consent.scope;
  if (consent.scope.split(' ').includes('openid')) body.id_token = idToken(issued, rules);
  return { status: 200, body };
}

/** OpenID Connect Core section 2, with a signature nobody can check: the client got it straight from us. */
function idToken({ consent }: Issued, rules: TokenAnswerRules): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: rules.issuer,
    aud: rules.clientId,
    sub: consent.subject,
    email: consent.email,
    iat: now,
    exp: now + 3600,
    ...(consent.nonce === null ? {} : { nonce: consent.nonce }),
    ...rules.idTokenClaims,
  };
  const parts = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...parts, randomBytes(256).toString('base64url')].join('.');
}
