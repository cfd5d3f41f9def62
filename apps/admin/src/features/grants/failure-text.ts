import type { en } from './texts.en.js';

type FailureTexts = Pick<typeof en, 'failures' | 'configuration' | 'httpStatus' | 'unreadable' | 'otherWord'>;

/** A failure's code as a sentence; one that nobody has words for is shown as it is. */
export function failureText(texts: FailureTexts, code: string): string {
  if (code.startsWith('configuration:')) return texts.configuration(failureText(texts, code.slice('configuration:'.length)));
  const known = Object.hasOwn(texts.failures, code) ? texts.failures[code] : undefined;
  if (known !== undefined) return known;
  const status = /^http_(\d{3})$/.exec(code)?.[1];
  if (status !== undefined) return texts.httpStatus(status);
  return code.startsWith('unreadable_') ? texts.unreadable : texts.otherWord(code);
}
