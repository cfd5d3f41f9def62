import { describe, expect, it } from '@jest/globals';
import { csvLine } from './csv.js';

describe('a line of CSV', () => {
  it('ends with CR LF, and quotes what would break it (RFC 4180)', () =>
    expect(csvLine(['plain', 'a,b', 'say "hi"', 'two\nlines', null, ''])).toBe('plain,"a,b","say ""hi""","two\nlines",,\r\n'));

  it.each(['=1+1', '+1', '-1', '@sum', '\tx', '=HYPERLINK("http://evil.example")'])(
    'shows %j as text, never as a formula',
    (cell) => expect(csvLine([cell])).toMatch(/^"?'/),
  );

  it('leaves alone what only holds such a sign', () =>
    expect(csvLine(['a=1', 'x-y', 'me@example.com'])).toBe('a=1,x-y,me@example.com\r\n'));
});
