import type { ExplainedValue, Explanation } from '@grantkeeper/contracts/profiles/explain';
import { mergeIntoQuery } from '@grantkeeper/core/authorizations/authorization-request';
import { applyAuthorization } from '@grantkeeper/core/grants/apply-authorization';
import { resolveRequest } from '@grantkeeper/core/grants/resolved-request';
import type { Values } from '@grantkeeper/core/placeholders/values';
import { authorizationFieldsOf } from '@grantkeeper/core/profiles/authorization-fields';
import { explainedPlaceholders, explainedValues, type Given, masked } from '@grantkeeper/core/profiles/explained-values';
import {
  clientAuthenticationOf,
  extraAuthorizationParameters,
  type ProfileDefinition,
  pkceOf,
  refreshUrlOf,
  scopeParameter,
} from '@grantkeeper/core/profiles/profile';
import { baseUrlOf, fillProfileUrl } from '@grantkeeper/core/profiles/profile-urls';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import { clientRequest, codeRequest, type RequestingClient, refreshRequest } from '@grantkeeper/platform/grants/token-request';

type Explained = Explanation['requests'][number];

/** Where the parameters of our requests come from; what is not here is a row of `scope`. */
const sources: Readonly<Record<string, string>> = {
  response_type: 'RFC 6749 section 4.1.1',
  redirect_uri: 'callbackUrl',
  client_id: 'clientId',
  client_secret: 'clientSecret',
  state: 'made for each consent',
  code_challenge: 'made for each consent',
  code_challenge_method: 'advanced.pkce',
  code_verifier: 'made for each consent',
  grant_type: 'RFC 6749 sections 4.1.3 and 6',
  code: 'the callback',
  refresh_token: 'the grant',
  token: 'the grant',
  token_type_hint: 'RFC 7009 section 2.1',
};
const sourceOf = (name: string): string => sources[name] ?? 'scope';

/** Every request, made by what makes the real ones, of stand-ins for what is secret. */
export async function explainedRequests(definition: ProfileDefinition, redirectUri: string, given: Given): Promise<Explained[]> {
  const values = explainedValues(definition, given);
  const { method } = clientAuthenticationOf(definition);
  const client: RequestingClient = {
    clientId: definition.clientId,
    clientSecret: method === 'none' ? null : masked,
    authentication: clientAuthenticationOf(definition),
  };
  const codeVerifier = pkceOf(definition) === 'off' ? null : masked;
  const called = (request: Explained['request'], url: string, made: OutboundRequest): Explained => ({
    ...urlOf(definition, url, values, given),
    request,
    method: made.method,
    query: [],
    headers: Object.entries(made.headers ?? {}).map(([name, value]) => headerOf(name, String(value))),
    body: [...new URLSearchParams(String(made.body ?? ''))].map(([name, value]) => ({ name, value, source: sourceOf(name) })),
  });
  const { revocationUrl } = definition.advanced;
  const revocation = { token: masked, token_type_hint: 'refresh_token' };
  return [
    authorize(definition, redirectUri, values, given),
    called('token', definition.tokenUrl, codeRequest(client, { code: masked, redirectUri, codeVerifier })),
    called('refresh', refreshUrlOf(definition), refreshRequest(client, masked)),
    ...(revocationUrl === undefined ? [] : [called('revoke', revocationUrl, clientRequest(client, revocation))]),
    ...api(definition, values, given),
  ];
}

const listed = (values: Readonly<Record<string, string>>, source: (name: string) => string): ExplainedValue[] =>
  Object.entries(values).map(([name, value]) => ({ name, value, source: source(name) }));

function urlOf(
  definition: ProfileDefinition,
  template: string,
  values: Values,
  given: Given,
): Pick<Explained, 'url' | 'placeholders'> {
  const url = fillProfileUrl(definition, template, values);
  const placeholders = explainedPlaceholders(definition, template, values, given);
  return { url: typeof url === 'string' ? url : template, placeholders };
}

/** Basic credentials hold the secret's stand-in only, and are shown as such all the same. */
function headerOf(name: string, value: string): ExplainedValue {
  if (name !== 'authorization') return { name, value, source: 'Grantkeeper' };
  return { name, value: `${value.split(' ', 1)[0] ?? ''} ${masked}`, source: 'clientId and clientSecret' };
}

/** The authorization request (RFC 6749 section 4.1.1, RFC 7636 section 4.3). */
function authorize(definition: ProfileDefinition, redirectUri: string, values: Values, given: Given): Explained {
  const scope = scopeParameter(definition);
  const parameters: [string, string][] = [
    ['response_type', 'code'],
    ['redirect_uri', redirectUri],
    ...(scope === '' ? [] : [['scope', scope] as [string, string]]),
    ['state', masked],
    ['client_id', definition.clientId],
    ...(pkceOf(definition) === 'off'
      ? []
      : ([
          ['code_challenge', masked],
          ['code_challenge_method', 'S256'],
        ] as [string, string][])),
    ...extraAuthorizationParameters(definition),
  ];
  const { url, placeholders } = urlOf(definition, definition.authorizationUrl, values, given);
  return {
    request: 'authorize',
    method: 'GET',
    url: mergeIntoQuery(url, parameters),
    placeholders,
    query: listed(Object.fromEntries(parameters), sourceOf),
    headers: [],
    body: [],
  };
}

/** A request to the API as a runtime would make it of the hand-out; none where no base URL is known. */
function api(definition: ProfileDefinition, values: Values & { accessToken: string }, given: Given): Explained[] {
  const base = baseUrlOf(definition);
  const resolved = resolveRequest(definition, values, 'Bearer');
  if (base === null || Array.isArray(resolved) || resolved.baseUrl === null) return [];
  const method = Object.keys(resolved.payload).length > 0 ? 'POST' : 'GET';
  const applied = applyAuthorization(resolved, { method, url: '/' });
  if (typeof applied === 'string') return [];
  const fields = authorizationFieldsOf(definition);
  const sourceOfField = (name: string): string => {
    const field = fields.find(({ key }) => key.toLowerCase() === name.toLowerCase());
    if (field === undefined) return name === 'Authorization' ? 'the grant' : 'Grantkeeper';
    const within = explainedPlaceholders(definition, field.value, values, given).map((one) => `${one.name} of ${one.source}`);
    return [`authorizationFields: ${field.fieldType} ${field.key}`, ...within].join('; ');
  };
  return [
    {
      request: 'api',
      method,
      url: applied.url,
      placeholders: explainedPlaceholders(definition, base, values, given),
      query: listed(resolved.query, sourceOfField),
      headers: listed(applied.headers, sourceOfField),
      body: listed(resolved.payload, sourceOfField),
    },
  ];
}
