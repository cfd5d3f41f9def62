import { parse } from 'node:querystring';

const brokenEscape = /%(?![0-9A-Fa-f]{2})/g;
const replacementCharacter = '%EF%BF%BD';

/** Reads a query or a form (application/x-www-form-urlencoded). What is no escape, or escapes no UTF-8, reads as U+FFFD, so that nobody takes it for what was meant. */
export function readFormEncoding(text: string): Record<string, unknown> {
  return parse(text.replace(brokenEscape, replacementCharacter), '&', '=', { maxKeys: 0 });
}
