import { createHmac, timingSafeEqual } from 'node:crypto';

const macBytes = 16;

/** The handle in a sign-in link: the authorization's id and a MAC over it, so the same ask gives the same link and nothing is stored. */
export function signInHandle(authorizationId: string, key: Buffer): string {
  const id = Buffer.from(authorizationId.replaceAll('-', ''), 'hex');
  return Buffer.concat([id, mac(authorizationId.toLowerCase(), key)]).toString('base64url');
}

/** The authorization's id, or null where no key made this handle. Every key is tried, in a time that tells nothing. */
export function readSignInHandle(handle: string, keys: readonly Buffer[]): string | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(handle)) return null;
  const bytes = Buffer.from(handle, 'base64url');
  if (bytes.toString('base64url') !== handle) return null; // one spelling only
  const hex = bytes.subarray(0, 16).toString('hex');
  const id = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const given = bytes.subarray(16);
  const matches = keys.filter((key) => timingSafeEqual(mac(id, key), given));
  return matches.length > 0 ? id : null;
}

function mac(id: string, key: Buffer): Buffer {
  return createHmac('sha256', key).update(`sign-in|${id}`).digest().subarray(0, macBytes);
}
