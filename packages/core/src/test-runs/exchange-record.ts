import type { RecordedCall } from '@grantkeeper/contracts/test-runs/http';

const keptBytes = 64 * 1024;
const mask = '[masked]';

/** Parameters and members that hold a secret by their name, in requests and in answers. */
const secretName =
  /secret|passw|assertion|api[_-]?key|private|credential|session|cookie|jwt|ticket|signature|otp|\bpin\b|_pin$|token(?!_type|_endpoint)|verifier/i;
const secretNames = ['code', 'state', 'handle', 'otp', 'pin'];
/** Members whose name says “token” or “code” and that tell only what kind or how long. */
const plainNames = [
  'token_type',
  'expires_in',
  'refresh_token_expires_in',
  'x_refresh_token_expires_in',
  'code_challenge_method',
  'token_type_hint',
  'scope',
  'error',
  'error_description',
  'error_uri',
  'error_codes',
];
const secretHeaders = ['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'dpop', 'x-api-key'];
/** What looks like a token to anybody: a JWT, or 20 and more characters without a blank, digits and letters mixed. */
const jwt = /(?<![\w-])eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g;
const opaque = /[\w~+/=.-]{20,}/g;
const masksOpaque = (text: string): string =>
  text.replace(opaque, (run) => (/\d/.test(run) && /[A-Za-z]/.test(run) ? mask : run));

// Every pattern here takes time in proportion to the text, whatever a hostile provider writes: bounded, and begun only where a run of its characters begins.

/** One call as it was made, before anything is masked. */
export type RawCall = Omit<RecordedCall, 'cut'>;

/**
 * A call as it may be shown and kept. Masked is every known secret in each of its spellings, every header, parameter and member that holds a secret by its
 * name, JWTs everywhere and, where the answer may hold tokens of a person (`mayHoldTokens`), whatever looks like one: providers put tokens under any name.
 */
export function maskedCall(call: RawCall, secrets: readonly string[], mayHoldTokens: boolean): RecordedCall {
  const hide = hiderOf([...secrets, ...credentialsOf(call.requestHeaders)]);
  const text = (value: string | null, parts: boolean): { kept: string | null; cut: boolean } => {
    if (value === null) return { kept: null, cut: false };
    return cutTo(hide(maskBody(hide(value), parts)), keptBytes);
  };
  const request = text(call.requestBody, false);
  const response = text(call.responseBody, mayHoldTokens);
  return {
    ...call,
    url: hide(maskUrl(hide(call.url))),
    requestHeaders: maskHeaders(call.requestHeaders, hide),
    requestBody: request.kept,
    responseHeaders: maskHeaders(call.responseHeaders, hide),
    responseBody: response.kept,
    cut: request.cut || response.cut,
  };
}

/** What an `Authorization` header carries: some servers quote a request's headers back in their errors. */
function credentialsOf(headers: Readonly<Record<string, string>>): string[] {
  const given = Object.entries(headers).filter(([name]) => name.toLowerCase() === 'authorization');
  return given.flatMap(([, value]) => /^\S+ +(\S+)$/.exec(value)?.[1] ?? []);
}

/** Replaces known values in every spelling that servers quote them in; longest first, for one may hold another. */
function hiderOf(secrets: readonly string[]): (text: string) => string {
  const spellings = secrets.filter((secret) => secret.length >= 3).flatMap(spellingsOf);
  const wanted = [...new Set(spellings)].sort((a, b) => b.length - a.length);
  return (text) => wanted.reduce((hidden, secret) => hidden.replaceAll(secret, mask), text).replace(jwt, mask);
}

function spellingsOf(secret: string): string[] {
  const percent = encodeURIComponent(secret);
  const form = new URLSearchParams({ v: secret }).toString().slice(2);
  return [
    secret,
    percent,
    form,
    ...[percent, form].map((text) => text.replace(/%../g, (code) => code.toLowerCase())),
    JSON.stringify(secret).slice(1, -1),
    secret.replace(/[&<>"']/g, (char) => entities[char] ?? char),
    Buffer.from(secret).toString('hex'),
    ...[secret, form].flatMap(base64Spellings),
  ];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
/** Pieces of base64 as short as those of shorter values stand in any text. */
const shortestWithin = 8;

/** In base64 by itself, and the characters that are all its own within the base64 of a longer text, which depend on where it begins there. */
function base64Spellings(text: string): string[] {
  const bytes = Buffer.from(text);
  const within = [0, 1, 2].map((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    return whole.toString('base64url').slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
  });
  const own = bytes.length < shortestWithin ? [] : within;
  return [
    bytes.toString('base64'),
    bytes.toString('base64url'),
    ...own.flatMap((one) => [one, one.replaceAll('-', '+').replaceAll('_', '/')]),
  ];
}

function isSecretName(name: string): boolean {
  const lower = name.toLowerCase();
  return !plainNames.includes(lower) && (secretNames.includes(lower) || secretName.test(lower));
}

function maskHeaders(headers: Readonly<Record<string, string>>, hide: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (lower === 'authorization') return [name, `${/^(\w+) /.exec(value)?.[1] ?? ''} ${mask}`.trim()];
      if (secretHeaders.includes(lower) || isSecretName(lower)) return [name, mask];
      return [name, hide(['location', 'content-location', 'link', 'referer'].includes(lower) ? maskUrl(hide(value)) : value)];
    }),
  );
}

/** The values of a query by their names; what stands around them stays byte for byte. */
function maskUrl(url: string): string {
  return url.replace(/([?&;#])([^=?&;#\s]{1,200})=([^&;#\s]*)/g, (whole, before: string, name: string, value: string) =>
    value !== '' && isSecretName(decoded(name)) ? `${before}${name}=${mask}` : whole,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

function maskBody(body: string, tokensAnywhere: boolean): string {
  const json = parsedJson(body);
  if (json !== undefined) return JSON.stringify(maskJson(json, '', tokensAnywhere, 0), null, 2);
  const named = maskUrl(`?${body}`)
    .slice(1)
    .replace(quoted, (whole, name: string, between: string, end: string) =>
      isSecretName(name) ? `${name}${between}${end}${mask}${end}` : whole,
    );
  const fields = named.replace(/(<input\b[^<>]{0,2000}?\bvalue=)(["'])[^"'<>]{0,8192}\2/gi, `$1$2${mask}$2`);
  return tokensAnywhere ? masksOpaque(fields) : fields;
}

/** `name: "value"`, `name='value'` and the like, also in JSON that is cut off. */
const quoted = /(?<![\w-])([\w-]{1,100})(["']?\s{0,10}[:=]\s{0,10})(["'])[^"'\\]{1,8192}(?:\3|$)/g;

const deepest = 20;

function maskJson(value: unknown, name: string, tokensAnywhere: boolean, depth: number): unknown {
  if (depth > deepest) return mask;
  if (typeof value === 'object' && value !== null) {
    if (Array.isArray(value)) return value.map((one) => maskJson(one, name, tokensAnywhere, depth + 1));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskJson(one, key, tokensAnywhere, depth + 1)]));
  }
  if (typeof value !== 'string' && typeof value !== 'number') return value;
  if (isSecretName(name) && value !== '') return mask;
  if (typeof value !== 'string' || !tokensAnywhere || plainNames.includes(name.toLowerCase())) return value;
  return masksOpaque(value);
}

function parsedJson(body: string): unknown {
  const text = body.replace(/^\uFEFF/, '').trim();
  if (!/^[{["]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function cutTo(text: string, bytes: number): { kept: string; cut: boolean } {
  const encoded = Buffer.from(text);
  if (encoded.length <= bytes) return { kept: text, cut: false };
  return {
    kept: encoded
      .subarray(0, bytes)
      .toString('utf8')
      .replace(/\uFFFD$/, ''),
    cut: true,
  };
}
