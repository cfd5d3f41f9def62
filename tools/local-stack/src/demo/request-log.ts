import type { IncomingMessage } from 'node:http';
import { readForm } from './form-body.js';

/** One request as it came in; of the token endpoint also what was presented there. */
export interface RequestLine {
  at: string;
  method: string;
  path: string;
  grantType?: string;
  code?: string;
  refreshToken?: string;
}

/** Tells of a request before it is answered. oidc-provider takes a body that was read already from `request.body`. */
export async function logRequest(request: IncomingMessage, tokenPath: string, log: (line: RequestLine) => void): Promise<void> {
  const at = new Date().toISOString();
  const line = { at, method: request.method ?? '', path: (request.url ?? '').split('?')[0] ?? '' };
  if (line.method !== 'POST' || line.path !== tokenPath) {
    log(line);
    return;
  }
  const form = await readForm(request);
  Object.assign(request, { body: form.toString() });
  const [grantType, code, refreshToken] = ['grant_type', 'code', 'refresh_token'].map((name) => form.get(name) ?? undefined);
  log({ ...line, ...(grantType && { grantType }), ...(code && { code }), ...(refreshToken && { refreshToken }) });
}
