import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';

/** How long an operator stays signed in. */
export const sessionSeconds = 12 * 3600;

/** A sign-in at the company that is under way. */
const companyNameOf = ({ secureCookies }: ApiConfig): string => (secureCookies ? '__Host-gk_company' : 'gk_company');

/** What a browser that comes back from the company was given before it went. */
export function companyCookieOf(request: FastifyRequest, config: ApiConfig): string | null {
  const header = request.headers.cookie;
  return header === undefined ? null : (parseCookie(header)[companyNameOf(config)] ?? null);
}

/** The Set-Cookie header for a browser that goes to the company, or has come back where there is no value. */
export function companyCookie(value: string | null, seconds: number, config: ApiConfig): string {
  return stringifySetCookie({
    name: companyNameOf(config),
    value: value ?? '',
    httpOnly: true,
    secure: config.secureCookies,
    sameSite: 'lax', // it must come along when the company's page leads back
    path: '/',
    maxAge: value === null ? 0 : seconds,
  });
}

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
