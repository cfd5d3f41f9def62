import { tokenAnswerSchema } from '@grantkeeper/contracts/grants/http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readyText } from './ready-text.js';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.base64String(),
  fc.constantFrom('"', '\\', '\u2028', '\ud800', '\u0000', '\u007f'),
);
const placed = fc.dictionary(text, text, { noNullPrototype: true });
const parts = fc.record({
  grantId: fc.uuid(),
  tokenVersion: fc.nat(),
  accessToken: text,
  tokenType: text,
  expiresAt: fc.option(
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-01-01') }).map((date) => date.toISOString()),
  ),
  scopes: fc.array(text),
  missingScopes: fc.array(text),
  values: fc.dictionary(text, fc.jsonValue(), { noNullPrototype: true }) as fc.Arbitrary<Record<string, unknown>>,
});
const request = fc.record({
  baseUrl: fc.option(text),
  headers: placed,
  query: placed,
  payload: placed,
  path: placed,
});

describe('the text of an answer with a token', () => {
  it('is what JSON.stringify makes of the answer, whatever stands in token, type, scopes, values and request', () => {
    fc.assert(
      fc.property(parts, fc.option(request), (given, asked) => {
        const { accessToken, tokenType } = given;
        const bearer = {
          baseUrl: null,
          headers: { Authorization: `${tokenType} ${accessToken}` },
          query: {},
          payload: {},
          path: {},
        };
        const { grantId, tokenVersion, expiresAt, scopes, missingScopes, values } = given;
        const answer = {
          status: 'ready',
          ...{ grantId, tokenVersion, accessToken, tokenType, expiresAt, scopes, missingScopes, values },
          request: asked ?? bearer,
        };
        expect(readyText(given, asked)).toBe(JSON.stringify(answer));
        expect(tokenAnswerSchema.parse(JSON.parse(readyText(given, asked)))).toBeTruthy();
      }),
      { numRuns: 2_000 },
    );
  });
});
