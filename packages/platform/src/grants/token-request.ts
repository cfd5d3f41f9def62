import type { ClientAuthentication } from '@grantkeeper/contracts/profiles/http';
import type { OutboundRequest } from '@grantkeeper/outbound/guarded-client';
import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'oauth4webapi';

/** Who asks: the client as the provider knows it, its secret opened. */
export interface RequestingClient {
  clientId: string;
  /** Null only where the method is `none`. */
  clientSecret: string | null;
  authentication: Required<ClientAuthentication>;
}

/** The exchange of a code (RFC 6749 section 4.1.3, RFC 7636 section 4.5). */
export function codeRequest(
  client: RequestingClient,
  code: { code: string; redirectUri: string; codeVerifier: string | null },
): OutboundRequest {
  const parameters: Record<string, string> = {
    grant_type: 'authorization_code',
    code: code.code,
    redirect_uri: code.redirectUri,
  };
  if (code.codeVerifier !== null) parameters.code_verifier = code.codeVerifier;
  return clientRequest(client, parameters);
}

/** A refresh (RFC 6749 section 6); without scope, so that all that was granted stays. */
export function refreshRequest(client: RequestingClient, refreshToken: string): OutboundRequest {
  return clientRequest(client, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

/** A form that the client signs with its own name (RFC 6749 section 2.3): complete, so that nothing is left to do between the mark and the first byte. */
export function clientRequest(client: RequestingClient, parameters: Readonly<Record<string, string>>): OutboundRequest {
  const body = new URLSearchParams(parameters);
  const headers = new Headers({
    accept: 'application/json',
    'content-type': 'application/x-www-form-urlencoded',
    'user-agent': 'grantkeeper',
  });
  // These three methods answer at once; only signed assertions would have to be waited for.
  void authentication(client)({ issuer: 'https://provider.invalid' }, { client_id: client.clientId }, body, headers);
  return { method: 'POST', headers: Object.fromEntries(headers), body: body.toString() };
}

/** Whether this client can ask at all. */
export function lacksSecret(client: RequestingClient): boolean {
  return client.authentication.method !== 'none' && client.clientSecret === null;
}

function authentication({ authentication: { method, basicEncoding }, clientSecret }: RequestingClient): ClientAuth {
  if (method === 'none') return None();
  if (clientSecret === null) throw new Error('the client secret is missing');
  if (method === 'client_secret_post') return ClientSecretPost(clientSecret);
  return basicEncoding === 'form' ? ClientSecretBasic(clientSecret) : rawBasic(clientSecret);
}

/** Basic as RFC 7617 alone has it: many servers do not form-decode id and secret. */
function rawBasic(clientSecret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    headers.set('authorization', `Basic ${Buffer.from(`${client_id}:${clientSecret}`).toString('base64')}`);
  };
}
