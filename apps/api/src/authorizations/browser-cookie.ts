import { randomBytes } from 'node:crypto';
import { credentialHash } from '@grantkeeper/platform/crypto/derived-keys';
import { parseCookie, stringifySetCookie } from 'cookie';
import type { FastifyRequest } from 'fastify';
import type { ApiConfig } from '../config.js';

const tokenForm = /^[A-Za-z0-9_-]{43}$/;
/** Long enough to come back to the outcome; an authorization itself lives for minutes. */
const keptSeconds = 24 * 3600;

const nameOf = ({ secureCookies }: ApiConfig): string => (secureCookies ? '__Host-gk' : 'gk');

/** What tells this browser from others: 256 random bits that it was given at an earlier Continue; null where it has none. */
export function browserTokenOf(request: FastifyRequest, config: ApiConfig): string | null {
  const token = parseCookie(request.headers.cookie ?? '')[nameOf(config)];
  return token !== undefined && tokenForm.test(token) ? token : null;
}

export function newBrowserToken(): string {
  return randomBytes(32).toString('base64url');
}

/** The Set-Cookie header. Lax, not Strict: it must come along when the provider sends the browser back. */
export function browserCookie(token: string, config: ApiConfig): string {
  return stringifySetCookie({
    name: nameOf(config),
    value: token,
    httpOnly: true,
    secure: config.secureCookies,
    sameSite: 'lax',
    path: '/',
    maxAge: keptSeconds,
  });
}

/** Whether a browser is the one that an authorization was begun in. */
export function isBoundTo(browserHash: Buffer | null, browserToken: string | null): boolean {
  return browserHash !== null && browserToken !== null && credentialHash(browserToken).equals(browserHash);
}
