import type { Route } from '@grantkeeper/contracts/route';
import { type JsonSchema, jsonSchemaOf } from './json-schema.js';

/** Values that say more than a type's name would. */
const samples: Record<string, unknown> = {
  name: 'Service desk',
  profile: 'ServiceNow',
  user: 'u-1001',
  email: 'ada@example.com',
  password: 'a long pass phrase',
  identityProvider: 'ServiceNow',
  clientId: 'my-client',
  clientSecret: 'my-client-secret',
  authorizationUrl: 'https://example.service-now.com/oauth_auth.do',
  tokenUrl: 'https://example.service-now.com/oauth_token.do',
  code: '7K3M9QX2',
};
/** Optional members that an example is clearer with. */
const shownToo = ['clientSecret', 'authorizationUrl', 'tokenUrl'];

/** A line to try: the shortest call that is well-formed. */
export function curlOf(route: Route, publicUrl: string): string {
  const { method, caller, path } = route;
  const query = route.query ? requiredQuery(jsonSchemaOf(route.query, 'input')) : '';
  const lines = [`curl -X ${method} '${publicUrl}${path.replace(/:([^/]+)/g, '{$1}')}${query}'`];
  if (caller !== 'anyone')
    lines.push(`-H 'Authorization: Bearer ${caller === 'operator' ? '$OPERATOR_TOKEN' : '$RUNTIME_KEY'}'`.replaceAll("'", '"'));
  if (route.ifMatch) lines.push(`-H 'If-Match: "1"'`);
  if (route.body)
    lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(exampleOf(jsonSchemaOf(route.body, 'input'), ''))}'`);
  return lines.join(' \\\n  ');
}

function exampleOf(schema: JsonSchema, name: string): unknown {
  const branch = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (schema.const !== undefined) return schema.const;
  if (branch) return exampleOf(branch, name);
  if (schema.properties) {
    const shown = Object.entries(schema.properties).filter(([key]) => schema.required?.includes(key) || shownToo.includes(key));
    const chosen = shown.length > 0 ? shown : Object.entries(schema.properties).slice(0, 1);
    return Object.fromEntries(chosen.map(([key, member]) => [key, exampleOf(member, key)]));
  }
  return samples[name] ?? schema.enum?.[0] ?? { integer: 1, number: 1, boolean: true, array: [] }[String(schema.type)] ?? 'text';
}

function requiredQuery(schema: JsonSchema): string {
  const parts = (schema.required ?? [])
    .filter((name) => schema.properties?.[name]?.default === undefined)
    .map((name) => `${name}=${encodeURIComponent(String(exampleOf(schema.properties?.[name] ?? {}, name)))}`);
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
