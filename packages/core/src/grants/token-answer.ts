import { keptValues } from './token-values.js';

export type NormalisedAnswer =
  | { kind: 'tokens-json'; json: Record<string, unknown> }
  | { kind: 'error'; status: number; error: string; errorDescription?: string }
  | { kind: 'unreadable'; status: number; why: 'empty' | 'not_json' | 'no_access_token' };

const longestToken = 65_536;
const tenYearsSeconds = 315_360_000;
/** Types that are no bearer tokens whatever else stands there: using one as such would hand out what doesn't work. */
const otherTokenTypes = ['mac', 'dpop', 'pop', 'n_a'];

/**
 * What a token endpoint answered, in the form of RFC 6749 sections 5.1 and 5.2 whatever its own: JSON or form-encoded under any
 * content type, numbers as text, errors with status 200. An error that can't be read is '' and is judged by its status.
 */
export function normaliseTokenAnswer(status: number, headers: Record<string, string>, body: string): NormalisedAnswer {
  const json = readBody(body);
  if (status < 200 || status > 299) return errorAnswer(status, json, challengeError(headers['www-authenticate']));
  if (json === null) return { kind: 'unreadable', status, why: body.trim() === '' ? 'empty' : 'not_json' };
  if (saysError(json)) return errorAnswer(status, json, '');
  if (!isAccessToken(json.access_token)) return { kind: 'unreadable', status, why: 'no_access_token' };
  const type = typeof json.token_type === 'string' ? json.token_type.trim().toLowerCase() : '';
  if (otherTokenTypes.includes(type)) return { kind: 'error', status, error: 'unsupported_token_type' };
  return { kind: 'tokens-json', json: tokensJson(json, type) };
}

function tokensJson(json: Record<string, unknown>, type: string): Record<string, unknown> {
  const { token_type: given, expires_in, refresh_token, scope, id_token, ...rest } = json;
  const expiresIn = secondsOf(expires_in);
  const scopes = scopeOf(scope);
  return {
    ...rest,
    token_type: 'bearer',
    ...(type === '' || type === 'bearer' ? {} : { token_type_given: given }), // e.g. "user": metadata for the runtime
    ...(expiresIn === null ? {} : { expires_in: expiresIn }),
    ...(isToken(refresh_token) ? { refresh_token } : {}),
    ...(scopes === null ? {} : { scope: scopes }),
    ...(isToken(id_token) ? { id_token } : {}),
  };
}

/** Also where escapes may spell it. */
const mayNameProto = /__proto__|\\/;
const withoutProto = (key: string, value: unknown): unknown => (key === '__proto__' ? undefined : value);

function readBody(body: string): Record<string, unknown> | null {
  const text = body.replace(/^\uFEFF/, '').trim();
  try {
    const parsed: unknown = mayNameProto.test(text) ? JSON.parse(text, withoutProto) : JSON.parse(text); // looking at each member costs more than all else
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as Record<string, unknown>) : null;
  } catch {
    return /^[^\s<>{}"]*$/.test(text) && /(?:^|&)(?:access_token|error)=/.test(text) ? readForm(text) : null;
  }
}

function readForm(text: string): Record<string, unknown> {
  return Object.fromEntries([...new URLSearchParams(text)].filter(([name]) => name !== '__proto__'));
}

/** Some providers answer 200 to a refusal: `error` holds something, or `ok` is false. */
function saysError(json: Record<string, unknown>): boolean {
  const { error, ok } = json;
  return ok === false || !(error === undefined || error === null || error === '' || error === false || error === 0);
}

function errorAnswer(status: number, json: Record<string, unknown> | null, fromHeader: string): NormalisedAnswer {
  const error = errorWord(json?.error) || fromHeader;
  const description = json?.error_description;
  if (typeof description !== 'string' || description === '') return { kind: 'error', status, error };
  return { kind: 'error', status, error, errorDescription: description.replace(/\p{Cc}/gu, ' ').slice(0, 1000) };
}

function errorWord(error: unknown): string {
  if (typeof error === 'object' && error !== null) {
    const { code, type } = error as Record<string, unknown>;
    return errorWord(typeof code === 'string' ? code : typeof type === 'string' ? type : '');
  }
  return typeof error === 'string' && /^[\x20-\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(error) ? error : '';
}

/** The error of a challenge (RFC 6750 section 3), for answers that say it nowhere else. */
function challengeError(header: string | undefined): string {
  return errorWord(/(?:^|[\s,])error="([^"\\]{1,100})"/i.exec(header ?? '')?.[1]);
}

function isToken(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= longestToken;
}

/** 1*VSCHAR (RFC 6749 appendix A.12): it goes into a header. */
function isAccessToken(value: unknown): boolean {
  return isToken(value) && /^[\x20-\x7e]+$/.test(value);
}

/** Seconds as a number or as text; 0 and absent mean that nobody knows. */
function secondsOf(value: unknown): number | null {
  const seconds = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 1) return null;
  return Math.min(Math.floor(seconds), tenYearsSeconds);
}

/** No standard names it; these are the words of GitHub, LinkedIn and eBay, of QuickBooks, and of Keycloak. */
function refreshLifeOf(members: Record<string, unknown>): number | null {
  const { refresh_token_expires_in, x_refresh_token_expires_in, refresh_expires_in } = members;
  return secondsOf(refresh_token_expires_in ?? x_refresh_token_expires_in ?? refresh_expires_in);
}

function scopeOf(value: unknown): string | null {
  const scope = Array.isArray(value) ? value.filter((one) => typeof one === 'string').join(' ') : value;
  return typeof scope === 'string' && scope.trim() !== '' && scope.length <= 16_384 && !/\p{Cc}|\p{Cs}/u.test(scope)
    ? scope.trim()
    : null;
}

/** The tokens of one answer. `values` holds what else the provider said, for the runtime: never a token. */
export interface TokenSet {
  accessToken: string;
  tokenType: string;
  refreshToken: string | null;
  expiresInSeconds: number | null;
  /** Of the refresh token. */
  refreshExpiresInSeconds: number | null;
  scope: string | null;
  idToken: string | null;
  values: Record<string, unknown>;
}

/** Takes the token set out of a normalised answer (RFC 6749 section 5.1). */
export function readTokens(json: Record<string, unknown>): TokenSet {
  const { access_token, token_type: _type, expires_in, refresh_token, scope, id_token, ...members } = json;
  if (typeof access_token !== 'string') throw new TypeError('not a normalised token answer');
  const refreshToken = isToken(refresh_token) ? refresh_token : null;
  const idToken = isToken(id_token) ? id_token : null;
  return {
    accessToken: access_token,
    tokenType: 'Bearer',
    refreshToken,
    expiresInSeconds: secondsOf(expires_in),
    refreshExpiresInSeconds: refreshLifeOf(members),
    scope: scopeOf(scope),
    idToken,
    values: keptValues(
      members,
      [access_token, refreshToken, idToken].filter((token) => token !== null),
    ),
  };
}
