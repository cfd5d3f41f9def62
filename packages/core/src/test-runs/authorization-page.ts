import { type AnswerReading, bodyKindOf } from './observation.js';
import { type Hint, hintInText } from './refusal-hints.js';

/** The error that stands for what a page is about, where it says so in words alone. */
const errorOf: Partial<Record<Hint, string>> = {
  client: 'unknown_client',
  redirect: 'redirect_uri_mismatch',
  scope: 'invalid_scope',
  pkce: 'invalid_request',
  'pkce-required': 'invalid_request',
  'grant-type': 'unsupported_response_type',
};

/** Words that no sign-in page holds, so that they count also where the page calls itself a success. */
const unmistakable =
  /AADSTS(?:50011|500112|700016|90002)\b|\b(?:redirect_uri_mismatch|invalid_client(?:_id)?|unauthorized_client|deleted_client)\b|Invalid client_id parameter/;

/**
 * What an authorization endpoint says to a complete request that no person stands behind (RFC 6749 section 4.1.2.1): who it wants to sign in first has
 * taken the client; a refusal comes back to the redirect URI, or stays with the provider as a page.
 */
export function readAuthorizationAnswer(
  status: number,
  headers: Record<string, string>,
  body: string,
  redirectUri: string,
): AnswerReading {
  const answer: AnswerReading = { kind: 'answer', status, body: bodyKindOf(body), error: '', description: '', tokens: false };
  const location = status >= 300 && status < 400 ? (headers.location ?? '') : '';
  if (location !== '') return { ...answer, ...inLocation(location, redirectUri) };
  const text = textOf(body);
  const about = status >= 400 || unmistakable.test(text) ? hintInText(text) : null;
  const error = status >= 400 ? (jsonError(body) ?? (about && errorOf[about]) ?? '') : ((about && errorOf[about]) ?? '');
  return { ...answer, error, description: text.slice(0, 1000) };
}

/** An error that is sent on: back to us, or to a page of the provider's own, where it may stand in base64. */
function inLocation(location: string, redirectUri: string): { error: string; description: string } {
  const url = URL.canParse(location) ? new URL(location) : null;
  const parameters = url?.searchParams ?? new URLSearchParams(location.split('?', 2)[1] ?? '');
  const error = word(parameters.get('error'));
  const description = (parameters.get('error_description') ?? '').slice(0, 1000);
  const isOurs = location.startsWith(redirectUri);
  if (isOurs || error !== '') return { error, description };
  const hidden = Buffer.from(parameters.get('authError') ?? '', 'base64').toString('latin1');
  const about = hintInText(hidden);
  return { error: (about && errorOf[about]) ?? '', description: hidden.replace(/[^\x20-\x7e]+/g, ' ').slice(0, 1000) };
}

function jsonError(body: string): string | null {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null && 'error' in parsed
      ? word((parsed as { error: unknown }).error) || null
      : null;
  } catch {
    return null;
  }
}

const word = (value: unknown): string => (typeof value === 'string' && /^[\w.-]{1,100}$/.test(value) ? value : '');

/** What a person would read of a page; scripts stay, as some providers write their errors there. */
function textOf(body: string): string {
  return body
    .replace(/<[^<>]{0,2000}>/g, ' ')
    .replace(/&#39;|&apos;/g, "'")
    .replace(/&quot;/g, '"')
    .replace(/\s+/g, ' ')
    .slice(0, 64 * 1024);
}
