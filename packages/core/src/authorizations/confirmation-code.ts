import { createHash, timingSafeEqual } from 'node:crypto';

/** Crockford's base 32: no I, L, O, U. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const randomBytes = 5;

/** Eight symbols out of five random bytes, 5 bits each. */
export function newConfirmationCode(random: Uint8Array): string {
  if (random.length !== randomBytes) throw new RangeError(`needs ${randomBytes} random bytes`);
  let bits = random.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  let code = '';
  for (let symbol = 0; symbol < 8; symbol++) {
    code = alphabet.charAt(Number(bits % 32n)) + code;
    bits /= 32n;
  }
  return code;
}

/** A typed code as it was shown: case, blanks and hyphens do not matter, look-alikes are read as meant; null where it can't be one. */
export function normaliseConfirmationCode(typed: string): string | null {
  const code = typed.replace(/[\s-]/g, '').toUpperCase().replaceAll('O', '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{8}$/.test(code) ? code : null;
}

/** Compares two secrets in a time that tells nothing of where they differ. */
export function sameSecret(one: string | Uint8Array, other: string | Uint8Array): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(secret: string | Uint8Array): Buffer {
  return createHash('sha256').update(secret).digest();
}
