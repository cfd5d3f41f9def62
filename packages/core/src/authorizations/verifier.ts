import { createHash } from 'node:crypto';
import { sameSecret } from './confirmation-code.js';

/** Whether the verifier is the one behind the challenge: base64url(SHA-256(verifier)), as RFC 7636 section 4.6. */
export function verifierMatches(verifier: string, challenge: string): boolean {
  return sameSecret(createHash('sha256').update(verifier, 'utf8').digest('base64url'), challenge);
}
