import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';

export type Ready = Extract<TokenAnswer, { status: 'ready' }>;
/** What every answer with a token says, but for the request. */
export type ReadyParts = Omit<Ready, 'status' | 'request'>;

/** Text that stands in JSON as it is, which tokens nearly always are. */
const plain = /^[ !#-[\]-~]*$/;

const textOf = (value: string): string => (plain.test(value) ? `"${value}"` : JSON.stringify(value));

/** As `JSON.stringify` of a ready answer, for half the work: a token is long, and looked through once for both of its places. `request`: null where it takes nothing but the token. */
export function readyText(parts: ReadyParts, request: Ready['request'] | null): string {
  const { grantId, tokenVersion, accessToken, tokenType, expiresAt, scopes, missingScopes, values } = parts;
  const [token, type] = [textOf(accessToken), textOf(tokenType)];
  const asked = request === null ? bearerRequest(token, type) : JSON.stringify(request);
  return `{"status":"ready","grantId":"${grantId}","tokenVersion":${tokenVersion},"accessToken":${token},"tokenType":${type},"expiresAt":${expiresAt === null ? 'null' : `"${expiresAt}"`},"scopes":${JSON.stringify(scopes)},"missingScopes":${JSON.stringify(missingScopes)},"values":${JSON.stringify(values)},"request":${asked}}`;
}

/** The request of a profile that says nothing of requests; `token` and `type` with their quotes. */
const bearerRequest = (token: string, type: string): string =>
  `{"baseUrl":null,"headers":{"Authorization":${type.slice(0, -1)} ${token.slice(1)}},"query":{},"payload":{},"path":{}}`;
