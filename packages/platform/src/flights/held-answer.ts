import { createHash } from 'node:crypto';
import type { ExchangeAnswer } from '../grants/consented-grants.js';
import type { RefreshAnswer } from '../grants/keep-refreshed.js';

/** A provider's good answer with all that its settle needs. Its tokens are sealed: this may be written to disk. */
export type HeldAnswer = RefreshAnswer | ExchangeAnswer;

const format = 1;
const bytes = new Set(['handOut', 'refreshToken', 'sealedCode', 'inputs']);
const instants = new Set(['issuedAt', 'expiresAt', 'dueAt', 'endsAt', 'noticeAt']);

/** An answer as one line of JSON, with a checksum: half a file must not pass for a whole one. */
export function writeAnswer(held: HeldAnswer): string {
  const answer = JSON.stringify(held, encode);
  return JSON.stringify({ format, sha256: sha256(answer), answer });
}

/** What writeAnswer has written; throws where it is anything else. */
export function readAnswer(text: string): HeldAnswer {
  const file = JSON.parse(text) as { format?: unknown; sha256?: unknown; answer?: unknown };
  if (file.format !== format) throw new Error(`format ${String(file.format)} is not known here`);
  if (typeof file.answer !== 'string' || file.sha256 !== sha256(file.answer)) throw new Error('the checksum does not fit');
  return JSON.parse(file.answer, decode) as HeldAnswer; // written by this very format, as the checksum says
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function encode(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
  const own = this[key]; // `value` has gone through toJSON
  return Buffer.isBuffer(own) ? own.toString('base64') : value;
}

function decode(key: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  if (bytes.has(key)) return Buffer.from(value, 'base64');
  return instants.has(key) ? new Date(value) : value;
}
