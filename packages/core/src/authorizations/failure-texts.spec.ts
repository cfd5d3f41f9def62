import { failureReasonSchema } from '@grantkeeper/contracts/authorizations/http';
import { describe, expect, it } from '@jest/globals';
import { failureTexts } from './failure-texts.js';

const rows = failureReasonSchema.options.map((reason) => [reason, failureTexts[reason]] as const);

describe('what is said about a failure', () => {
  it.each(rows)('%s: has a title and whole sentences for user and author', (_reason, text) => {
    expect(text.title).toMatch(/^[A-Z].*[^.]$/);
    expect(text.toUser).toMatch(/^[A-Z].*\.$/);
    expect(text.toAuthor).toMatch(/^[A-Z].*\.$/);
  });

  it('is different for every reason', () => {
    expect(new Set(rows.map(([, text]) => text.toUser)).size).toBe(rows.length);
    expect(new Set(rows.map(([, text]) => text.toAuthor)).size).toBe(rows.length);
  });
});
