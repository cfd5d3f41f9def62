import type { LoggedRequest } from './request-log.js';

export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post' | 'none';

export interface RegisteredClient {
  clientId: string;
  clientSecret: string;
  /** Which ways of authenticating are taken. */
  accepts: readonly ClientAuthentication[];
}

/** Why a caller is not let in (RFC 6749 section 2.3); null for the registered client that authenticates by exactly one of the accepted ways. */
export function clientFault(
  request: LoggedRequest,
  client: RegisteredClient,
): 'unknown-client' | 'wrong-secret' | 'wrong-method' | null {
  if (isAuthenticated(request, client)) return null;
  const basic = basicCredentials(request.headers.authorization);
  const id = basic?.id ?? request.body.client_id;
  const secret = basic?.secret ?? request.body.client_secret;
  if (id !== client.clientId) return 'unknown-client';
  return secret === client.clientSecret || secret === undefined ? 'wrong-method' : 'wrong-secret';
}

function isAuthenticated(request: LoggedRequest, client: RegisteredClient): boolean {
  const basic = basicCredentials(request.headers.authorization);
  const secret = request.body.client_secret;
  if (basic && secret !== undefined) return false;
  if (basic)
    return client.accepts.includes('client_secret_basic') && basic.id === client.clientId && basic.secret === client.clientSecret;
  if (request.body.client_id !== client.clientId) return false;
  if (secret !== undefined) return client.accepts.includes('client_secret_post') && secret === client.clientSecret;
  return client.accepts.includes('none');
}

/** Both parts are form-encoded before they are joined (RFC 6749 section 2.3.1). */
function basicCredentials(header: string | undefined): { id: string; secret: string } | null {
  const encoded = /^basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  if (colon < 0) return null;
  return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) };
}

function formDecode(text: string): string {
  return new URLSearchParams(`v=${text}`).get('v') ?? '';
}
