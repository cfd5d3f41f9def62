import { isIP } from 'node:net';
import { refusedRange } from './address-guard.js';
import { codeOf, NotSent } from './outbound-errors.js';
import type { Lookup } from './outbound-limits.js';
import type { OutboundPolicy } from './outbound-policy.js';

/** Where a request goes: every address has been checked, and no name is resolved again after that. */
export interface CheckedTarget {
  secure: boolean;
  /** The name or address in the URL, without brackets or a final dot: what the certificate must be for. */
  host: string;
  port: number;
  hostHeader: string;
  path: string;
  addresses: readonly string[];
}

/** Parses the URL, resolves its host and checks scheme and every address against the policy. Throws NotSent; `signal` ends it early. */
export async function checkTarget(
  text: string,
  policy: OutboundPolicy,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<CheckedTarget> {
  const url = parseUrl(text);
  const exempt = policy.allowsOrigin(url.origin);
  const secure = url.protocol === 'https:';
  if (!secure && !exempt && !policy.hasRanges) throw refusedScheme(url.hostname);

  const host = url.hostname.replace(/^\[|\]$|\.$/g, '');
  const addresses = isIP(host) ? [host] : await resolve(host, lookup, signal);
  if (!secure && !exempt && !addresses.every((address) => policy.allowsAddress(address))) throw refusedScheme(host);
  if (!exempt) refuseSpecialAddresses(host, addresses, policy);

  const port = Number(url.port) || (secure ? 443 : 80);
  return { secure, host, port, hostHeader: url.host, path: `${url.pathname}${url.search}`, addresses };
}

/** WHATWG parsing turns decimal, octal, hex, short and full-width spellings of an IPv4 address into the plain one. */
function parseUrl(text: string): URL {
  // The parser would drop tabs and line ends silently; a URL with one is not the URL somebody checked.
  const url = /[\u0000-\u0020\u007f]/.test(text) || !URL.canParse(text) ? null : new URL(text);
  if (!url) throw new NotSent('bad_url', 'The URL is not well-formed.');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new NotSent('refused_scheme', `${url.protocol} is not https.`);
  if (url.username || url.password) throw new NotSent('bad_url', `The URL of ${url.hostname} holds a user name or password.`);
  return url;
}

async function resolve(host: string, lookup: Lookup, signal: AbortSignal): Promise<readonly string[]> {
  const addresses = await Promise.race([lookup(host), aborted(signal)]).catch((error: unknown) => {
    const code = signal.aborted ? 'timed out' : codeOf(error);
    throw new NotSent('dns', `${host} could not be resolved (${code}).`, code);
  });
  if (addresses.length === 0) throw new NotSent('dns', `${host} has no address.`);
  return addresses;
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function refuseSpecialAddresses(host: string, addresses: readonly string[], policy: OutboundPolicy): void {
  for (const address of addresses) {
    const range = policy.allowsAddress(address) ? null : refusedRange(address);
    if (range) throw new NotSent('refused_address', `${host} leads to a ${range} address, which is off limits.`);
  }
}

function refusedScheme(host: string): NotSent {
  return new NotSent('refused_scheme', `${host} may be called by https only.`);
}
