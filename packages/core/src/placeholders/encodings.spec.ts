import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { headerValueProblem } from './encodings.js';

describe('a header’s value', () => {
  it.each(['', 'Bearer abc', 'a\tb', '~!@#$%^&*()_+{}|:"<>?'])('may be %j', (value) =>
    expect(headerValueProblem(value)).toBeNull(),
  );

  it.each(['a\r\nX: y', 'a\nb', 'a\rb', 'a\u0000', ' a', 'a ', '\ta', 'é', '\u202ea', '\u0085', '\u2028', '\u007f'])(
    'may not be %j',
    (value) => expect(headerValueProblem(value)).toMatch(/^must /),
  );

  it('that is taken is one line to every reader, whatever it holds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ maxLength: 20 })), (value) => {
        if (headerValueProblem(value) !== null) return;
        validateHeaderValue('x-field', value);
        expect(`X-Field: ${value}`.split(/[\r\n\u0085\u2028\u2029]/)).toHaveLength(1);
      }),
      { numRuns: 10_000 },
    );
  });
});
