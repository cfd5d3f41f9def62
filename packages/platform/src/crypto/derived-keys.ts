import { hash, hkdfSync } from 'node:crypto';
import type { KeyRing } from './key-ring.js';

/** Keys for one purpose, derived from every master key (RFC 5869), current first: what was signed before a rotation still verifies. */
export function derivedKeys(ring: KeyRing, purpose: string): Buffer[] {
  return ring.all.map(({ key }) => Buffer.from(hkdfSync('sha256', key, '', `grantkeeper ${purpose}`, 32)));
}

/** How random credentials (keys, states, handles) are stored: they are 256-bit, so a plain SHA-256 is enough. */
export function credentialHash(credential: string): Buffer {
  return hash('sha256', credential, 'buffer');
}
