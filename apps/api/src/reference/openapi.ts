import { type ErrorCode, problemSchema } from '@grantkeeper/contracts/error-codes';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import { type RouteSubject, subjectOf } from '@grantkeeper/contracts/operators/route-subjects';
import type { Route } from '@grantkeeper/contracts/route';
import { routes } from '@grantkeeper/contracts/routes';
import { statusOf } from '../http/problem.filter.js';
import { type JsonSchema, jsonSchemaOf } from './json-schema.js';

export interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required: boolean;
  description?: string;
  schema: JsonSchema;
}

export interface Answer {
  description: string;
  headers?: Record<string, { description: string; schema: JsonSchema }>;
  content?: Record<string, { schema: JsonSchema | { $ref: string } }>;
}

export interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, string[]>[];
  /** What an operator's role must allow; null: any operator. */
  'x-permission'?: Permission | null;
  /** Whose assistant's roles count besides those for all; `own`: the answer holds what one may see. */
  'x-permission-of'?: RouteSubject | 'installation' | 'own';
  parameters: Parameter[];
  requestBody?: { required: true; content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, Answer>;
}

export interface OpenApi {
  openapi: '3.1.0';
  info: { title: string; version: string; summary: string };
  servers: { url: string }[];
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, JsonSchema>; securitySchemes: Record<string, object> };
}

const operator: Record<string, string[]>[] = [{ operatorApiToken: [] }, { operatorSession: [] }];
const securityOf: Record<Route['caller'], Record<string, string[]>[]> = {
  anyone: [],
  runtime: [{ runtimeKey: [] }],
  operator,
  either: [{ runtimeKey: [] }, ...operator],
};

/** The OpenAPI 3.1 document of every route in the contract. */
export function openApiDocument(publicUrl: string, version: string): OpenApi {
  const paths: OpenApi['paths'] = {};
  for (const route of routes) {
    const path = route.path.replace(/:([^/]+)/g, '{$1}');
    const operations = paths[path] ?? {};
    operations[route.method.toLowerCase()] = operationOf(route);
    paths[path] = operations;
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Grantkeeper', version, summary: 'Keeps OAuth 2 grants alive for bots.' },
    servers: [{ url: publicUrl }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: jsonSchemaOf(problemSchema, 'output') },
      securitySchemes: {
        runtimeKey: { type: 'http', scheme: 'bearer', description: 'A runtime key, gkr_…' },
        operatorApiToken: { type: 'http', scheme: 'bearer', description: 'An operator’s API token, gko_…' },
        operatorSession: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-gk_session' : 'gk_session',
          description: 'Set by POST /v1/session. Changes need an Origin header of our own.',
        },
      },
    },
  };
}

/** The codes that a route may answer with: its own, and those that come with how it is called. */
export function errorCodesOf(route: Route): ErrorCode[] {
  const codes: ErrorCode[] = [...route.errors];
  if (route.body) codes.push('http.malformed-json', 'http.invalid-input', 'http.body-too-large', 'http.unsupported-media-type');
  if (route.query) codes.push('http.invalid-input');
  if (route.caller === 'operator' && route.method !== 'GET') codes.push('http.foreign-origin');
  if (route.caller !== 'anyone') codes.push('http.rate-limited');
  if (route.idempotencyKey) codes.push('http.idempotency-key-reused', 'http.idempotency-in-progress');
  codes.push('http.internal', 'http.unavailable');
  return [...new Set(codes)];
}

function operationOf(route: Route): Operation {
  return {
    operationId: operationIdOf(route),
    tags: [route.tag],
    summary: route.summary,
    security: securityOf[route.caller],
    ...permissionOf(route),
    parameters: parametersOf(route),
    ...(route.body
      ? { requestBody: { required: true, content: { 'application/json': { schema: jsonSchemaOf(route.body, 'input') } } } }
      : {}),
    responses: { ...successesOf(route), ...failuresOf(route) },
  };
}

function permissionOf({ caller, permission, path, showsOwn }: Route): Pick<Operation, 'x-permission' | 'x-permission-of'> {
  if (caller !== 'operator' && caller !== 'either') return {};
  if (permission === null || permission === undefined) return { 'x-permission': null };
  return { 'x-permission': permission, 'x-permission-of': showsOwn ? 'own' : (subjectOf(path)?.kind ?? 'installation') };
}

/** E.g. `patchProfilesById`. */
function operationIdOf({ method, path }: Route): string {
  const words = path
    .split('/')
    .slice(2)
    .map((part) => (part.startsWith(':') ? `by-${part.slice(1)}` : part));
  const camel = words.join('-').replace(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
  return `${method.toLowerCase()}${camel}`;
}

function parametersOf(route: Route): Parameter[] {
  const inPath = [...route.path.matchAll(/:([^/]+)/g)].map(
    ([, name = '']): Parameter => ({ name, in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }),
  );
  const query = route.query ? jsonSchemaOf(route.query, 'input') : {};
  const inQuery = Object.entries(query.properties ?? {}).map(
    ([name, schema]): Parameter => ({ name, in: 'query', required: query.required?.includes(name) ?? false, schema }),
  );
  const header = (name: string, required: boolean, description: string): Parameter => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', maxLength: 255 },
  });
  return [
    ...inPath,
    ...inQuery,
    ...(route.ifMatch ? [header('If-Match', true, 'The entity tag of what you have read.')] : []),
    ...(route.idempotencyKey
      ? [header('Idempotency-Key', false, 'The same key and request again: the first answer again, nothing is done twice.')]
      : []),
  ];
}

function successesOf(route: Route): Record<string, Answer> {
  return Object.fromEntries(
    Object.entries(route.answers).map(([status, schema]) => {
      if (!schema) return [status, { description: 'Done; no body.' }];
      const body = jsonSchemaOf(schema, 'output');
      const tagged = body.properties?.revision !== undefined;
      const headers = tagged
        ? { headers: { ETag: { description: 'The revision, for If-Match.', schema: { type: 'string' } } } }
        : {};
      return [
        status,
        { description: route.summary, ...headers, content: { [route.mediaType ?? 'application/json']: { schema: body } } },
      ];
    }),
  );
}

function failuresOf(route: Route): Record<string, Answer> {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of errorCodesOf(route)) byStatus.set(statusOf[code], [...(byStatus.get(statusOf[code]) ?? []), code]);
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries(
    [...byStatus]
      .sort(([a], [b]) => a - b)
      .map(([status, codes]) => [String(status), { description: codes.join(', '), content }]),
  );
}
