import { isHeaderName, isRefusedHeader } from '@grantkeeper/contracts/profiles/fields';
import { mergeIntoQuery } from '../authorizations/authorization-request.js';
import { headerValueProblem, percentEncode } from '../placeholders/encodings.js';
import type { ResolvedRequest } from './resolved-request.js';

/** A request to a provider's API, as its caller means it. `url` is absolute, or a path below the base URL; `{name}` and `:name` in its path are filled. */
export interface ApiRequest {
  method: string;
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?:
    | { kind: 'json'; value: unknown }
    | { kind: 'form'; value: Readonly<Record<string, string>> }
    | { kind: 'text'; value: string };
}

/** The same request with the grant's credential and the authorization fields, ready to be sent. */
export interface AuthorizedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** Null where there is none. */
  body: string | null;
}

/**
 * Puts the credential and the authorization fields into a request. Its own query is kept byte for byte, and a parameter that is there already is not added
 * again; a field's header takes the place of its own. Payload fields join JSON objects and forms, or make a JSON body where there is none; a text goes as it is.
 * Answers in words what cannot be sent.
 */
export function applyAuthorization(resolved: ResolvedRequest, request: ApiRequest): AuthorizedRequest | string {
  const url = urlFor(resolved, request.url);
  if (url === null) return 'url: must be absolute or start with /, and lead to the origin of the base URL';
  const own = { ...request.headers };
  const wrong = Object.entries({ ...own, ...resolved.headers }).find(([name, value]) => !isSendable(name, value));
  if (wrong) return `headers: ${JSON.stringify(wrong[0])} may not be set, or not to this value`;
  const content = bodyFor(resolved, request);
  if (typeof content === 'string') return content;
  const headers = new Map<string, [string, string]>();
  const given = [...(content.type === null ? [] : [['Content-Type', content.type] as const]), ...Object.entries(own)];
  for (const [name, value] of [...given, ...Object.entries(resolved.headers)]) headers.set(name.toLowerCase(), [name, value]);
  return { method: request.method, url, headers: Object.fromEntries(headers.values()), body: content.text };
}

const isSendable = (name: string, value: string): boolean =>
  isHeaderName(name) && !isRefusedHeader(name) && headerValueProblem(value) === null;

function urlFor({ baseUrl, path, query }: ResolvedRequest, given: string): string | null {
  const absolute = given.startsWith('/') && !given.startsWith('//') ? below(baseUrl, given) : given;
  if (absolute === null || !/^https?:\/\/[^\s\\]+$/.test(absolute) || !URL.canParse(absolute)) return null;
  if (baseUrl !== null && new URL(absolute).origin !== new URL(baseUrl).origin) return null;
  const [, start = '', way = '', rest = ''] = /^(https?:\/\/[^/?#]*)([^?#]*)(.*)$/.exec(absolute) ?? [];
  const filled = way
    .split('/')
    .map((segment) => fillSegment(segment, path))
    .join('/');
  const url = start + filled + rest;
  const present = new URL(url).searchParams;
  return mergeIntoQuery(
    url,
    Object.entries(query).filter(([name]) => !present.has(name)),
  );
}

/** A path below the base: the base's own query goes along, in front. */
function below(baseUrl: string | null, path: string): string | null {
  if (baseUrl === null) return null;
  const [base = '', baseQuery] = baseUrl.split('?', 2);
  const [way = '', query] = path.split(/\?(.*)/s, 2);
  const joined = [baseQuery, query].filter((one) => one !== undefined && one !== '').join('&');
  return base.replace(/\/$/, '') + way + (joined === '' ? '' : `?${joined}`);
}

function fillSegment(segment: string, values: Readonly<Record<string, string>>): string {
  const encoded = (name: string): string | null => (Object.hasOwn(values, name) ? percentEncode(values[name] ?? '') : null);
  if (segment.startsWith(':')) return encoded(segment.slice(1)) ?? segment;
  return segment.replace(/\{([^{}]+)\}/g, (whole, name: string) => encoded(name) ?? whole);
}

function bodyFor(
  { payload }: ResolvedRequest,
  { method, body }: ApiRequest,
): { text: string | null; type: string | null } | string {
  const fields = Object.entries(payload);
  if (body === undefined) {
    const makesOne = fields.length > 0 && !/^(GET|HEAD|DELETE|OPTIONS)$/i.test(method);
    return makesOne ? json(Object.fromEntries(fields)) : { text: null, type: null };
  }
  if (body.kind === 'text') return { text: body.value, type: null };
  if (body.kind === 'form') {
    const members = new Map([...Object.entries(body.value), ...fields]);
    return { text: new URLSearchParams([...members]).toString(), type: 'application/x-www-form-urlencoded' };
  }
  if (fields.length === 0) return json(body.value);
  if (typeof body.value !== 'object' || body.value === null || Array.isArray(body.value))
    return 'body: payload fields need a JSON object to join';
  return json(Object.fromEntries([...Object.entries(body.value), ...fields]));
}

const json = (value: unknown): { text: string; type: string } => ({ text: JSON.stringify(value), type: 'application/json' });
