import type { FailureReason } from '@grantkeeper/contracts/authorizations/http';
import { type NormalisedAnswer, readTokens, type TokenSet } from './token-answer.js';

/** How a token request ended: a complete answer, proven not sent, or sent without a complete answer. */
export type SendOutcome =
  | { kind: 'answer'; answer: NormalisedAnswer; status: number; retryAfterSeconds?: number }
  | { kind: 'not-sent'; reason: string }
  | { kind: 'no-answer'; reason: string };

export type RefreshVerdict =
  | { kind: 'tokens'; tokens: TokenSet }
  /** `readable`: an error said so, and not the status alone. */
  | { kind: 'refused'; failure: 'invalid_grant'; readable: boolean }
  | { kind: 'transient'; failure: string; retryAfterSeconds?: number }
  | { kind: 'configuration'; failure: string }
  /** `lasting`: only another certificate, setting or URL mends it. */
  | { kind: 'not-sent'; failure: string; lasting: boolean }
  | { kind: 'unknown'; failure: string };

export type ExchangeVerdict =
  | { kind: 'tokens'; tokens: TokenSet }
  | { kind: 'failed'; reason: FailureReason; detail: string }
  | { kind: 'not-sent'; failure: string; lasting: boolean }
  | { kind: 'unknown'; failure: string };

/** What an error of a token endpoint is about: the grant or code, the client, the request, a passing trouble, a token that we can't use. */
type Blame = 'grant' | 'client' | 'request' | 'passing' | 'token';

/** RFC 6749 section 5.2, OpenID Connect Core section 3.1.2.6, and the words that large providers use instead. Only these are ever recorded: any other text could hold a secret. */
const knownErrors: Record<string, Blame> = {
  invalid_grant: 'grant',
  access_denied: 'grant',
  interaction_required: 'grant',
  login_required: 'grant',
  consent_required: 'grant',
  expired_token: 'grant',
  invalid_token: 'grant',
  token_expired: 'grant',
  token_revoked: 'grant',
  bad_verification_code: 'grant',
  bad_refresh_token: 'grant',
  invalid_code: 'grant',
  code_already_used: 'grant',
  code_expired: 'grant',
  invalid_refresh_token: 'grant',
  invalid_client: 'client',
  unauthorized_client: 'client',
  incorrect_client_credentials: 'client',
  invalid_client_id: 'client',
  bad_client_secret: 'client',
  invalid_request: 'request',
  invalid_scope: 'request',
  invalid_target: 'request',
  unsupported_grant_type: 'request',
  unsupported_response_type: 'request',
  redirect_uri_mismatch: 'request',
  bad_redirect_uri: 'request',
  server_error: 'passing',
  temporarily_unavailable: 'passing',
  slow_down: 'passing',
  internal_error: 'passing',
  service_unavailable: 'passing',
  ratelimited: 'passing',
  rate_limited: 'passing',
  unsupported_token_type: 'token',
};

/** The fault of a profile, alone or before a colon and the word for it. */
export const configurationFailure = 'configuration';

const lastingReasons = ['tls', 'refused_address', 'refused_scheme', 'bad_url'];

/** Answers by status alone that speak of the endpoint, not of the one grant. */
const faultyEndpoint = ['http_404', 'http_405', 'http_410', 'http_415'];

/** Whether a lasting failure is the whole profile's, so that its other grants need not meet it too; else only the one grant may be odd. */
export function isProfileFault(failure: string): boolean {
  return (
    (Object.hasOwn(knownErrors, failure) && knownErrors[failure] === 'client') ||
    [...faultyEndpoint, ...lastingReasons].includes(failure)
  );
}

/** What a refresh's outcome means for the grant (ARCHITECTURE.md, rules 2 to 4). Only a provider's word refuses; only a complete answer clears the mark. */
export function classifyRefresh(outcome: SendOutcome): RefreshVerdict {
  if (outcome.kind !== 'answer') return withoutAnswer(outcome);
  const { answer } = outcome;
  if (answer.kind === 'tokens-json') return { kind: 'tokens', tokens: readTokens(answer.json) };
  if (answer.kind === 'unreadable') return { kind: 'unknown', failure: `unreadable_${answer.why}` };
  const { blame, failure, known } = judge(answer.status, answer.error);
  switch (blame) {
    case 'grant':
      return { kind: 'refused', failure: 'invalid_grant', readable: known };
    case 'passing': {
      const { retryAfterSeconds } = outcome;
      return { kind: 'transient', failure, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    }
    case 'client':
    case 'request':
    case 'token':
      return { kind: 'configuration', failure };
  }
}

/** What is kept as a grant's last failure. A fault that only another setting of the profile mends says so. */
export function lastFailureOf(verdict: Exclude<RefreshVerdict, { kind: 'tokens' }>): string {
  const isProfiles = verdict.kind === 'configuration' || (verdict.kind === 'not-sent' && verdict.lasting);
  return isProfiles ? `${configurationFailure}:${verdict.failure}` : verdict.failure;
}

/** Words for a client that is known and whose secret is not: another secret may help. */
const wrongSecret = ['invalid_client', 'incorrect_client_credentials', 'bad_client_secret'];

/** Whether a provider has refused the client's secret, as far as it says. */
export function isWrongSecret(verdict: RefreshVerdict): boolean {
  return verdict.kind === 'configuration' && isSecretFault(verdict.failure);
}

/** Whether a failure, or a profile's fault, is about the client's secret: whatever the client asks for fails by it, until a secret is taken. */
export function isSecretFault(failure: string): boolean {
  return wrongSecret.includes(failure);
}

/** A grant's last failure where the next client secret is to be tried at once. */
export const nextSecretFailure = 'next_client_secret';

/** Whether a grant's last failure is a fault of its profile. */
export function isConfigurationFailure(lastFailure: string | null): boolean {
  return lastFailure !== null && lastFailure.split(':', 1)[0] === configurationFailure;
}

/** What an exchange's outcome means. Any complete error answer ends the code: it is never sent again. */
export function classifyExchange(outcome: SendOutcome): ExchangeVerdict {
  if (outcome.kind !== 'answer') return withoutAnswer(outcome);
  const { answer } = outcome;
  if (answer.kind === 'tokens-json') return { kind: 'tokens', tokens: readTokens(answer.json) };
  if (answer.kind === 'unreadable') return { kind: 'unknown', failure: `unreadable_${answer.why}` };
  const { blame, failure, known } = judge(answer.status, answer.error);
  return { kind: 'failed', reason: exchangeReason(blame, known, answer.status), detail: failure };
}

/** An error that we have no word for tells at least this much: 401 is about the client (RFC 6749 section 5.2), else the request was refused. */
function exchangeReason(blame: Blame, known: boolean, status: number): FailureReason {
  if (!known && (status < 300 || status >= 400) && !isPassing(status))
    return status === 401 ? 'client_refused' : 'provider_refused';
  const reasons: Record<Blame, FailureReason> = {
    grant: 'code_refused',
    client: 'client_refused',
    request: known ? 'provider_refused' : 'provider_error',
    passing: 'provider_error',
    token: 'unreadable_answer',
  };
  return reasons[blame];
}

function withoutAnswer(outcome: Exclude<SendOutcome, { kind: 'answer' }>) {
  return outcome.kind === 'not-sent'
    ? ({ kind: 'not-sent', failure: outcome.reason, lasting: lastingReasons.includes(outcome.reason) } as const)
    : ({ kind: 'unknown', failure: outcome.reason } as const);
}

const isPassing = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

/**
 * The status comes first where it speaks of the server, then the error where it is known, else the status alone:
 * a 400, 401 or 403 counts as a refusal of the grant; an unknown word with status 200 is not enough to end one.
 */
function judge(status: number, error: string): { blame: Blame; failure: string; known: boolean } {
  const named = Object.hasOwn(knownErrors, error) ? knownErrors[error] : undefined;
  const byStatus = (blame: Blame) => ({ blame, failure: `http_${status}`, known: false });
  if (isPassing(status)) return byStatus('passing');
  if (status >= 300 && status < 400) return byStatus('request');
  if (named !== undefined) return { blame: named, failure: error, known: true };
  if (status < 300) return byStatus('passing');
  return byStatus([400, 401, 403].includes(status) ? 'grant' : 'request');
}

/** Retry-After (RFC 9110 section 10.2.3) in seconds: a number or a date; undefined where it is neither. */
export function retryAfterSeconds(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text);
  if (!/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text)) return undefined;
  const at = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`); // asctime dates are GMT and do not say so
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000));
}
