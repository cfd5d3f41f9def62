import { randomBytes } from 'node:crypto';

/** A new 256-bit credential; its prefix tells people and scanners what it is. */
export const newCredential = (prefix: '' | 'gkr_' | 'gko_'): string => `${prefix}${randomBytes(32).toString('base64url')}`;
