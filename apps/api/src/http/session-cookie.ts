import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';

/** How long an operator stays signed in. */
export const sessionSeconds = 12 * 3600;

const nameOf = ({ secureCookies }: ApiConfig): string => (secureCookies ? '__Host-gk_session' : 'gk_session');

/** The session token that a browser sent, if any. */
export function sessionTokenOf(request: FastifyRequest, config: ApiConfig): string | null {
  const header = request.headers.cookie;
  return header === undefined ? null : (parseCookie(header)[nameOf(config)] ?? null);
}

/** The Set-Cookie header that starts a session, or ends it where there is no token. */
export function sessionCookie(token: string | null, config: ApiConfig): string {
  return stringifySetCookie({
    name: nameOf(config),
    value: token ?? '',
    httpOnly: true,
    secure: config.secureCookies,
    sameSite: 'lax',
    path: '/',
    maxAge: token === null ? 0 : sessionSeconds,
  });
}
