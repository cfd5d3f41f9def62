import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { plainError } from './logger.js';

const canary = 'canary-7c1e';

/** What a line with this error would hold. */
function logged(error: unknown): string {
  const lines: string[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  pino({ serializers: { err: plainError } }, stream).info({ err: error }, 'failed');
  return lines.join('');
}

describe('an error in the log', () => {
  it('keeps its name, text, code and where it came from', () => {
    const error = Object.assign(new TypeError('no such column'), { code: '42703' });
    expect(plainError(error)).toEqual({ type: 'TypeError', message: 'no such column', code: '42703', stack: error.stack });
  });

  it('keeps them where whoever logs has made it plain already', () => {
    expect(logged(plainError(new TypeError('no such column')))).toContain('no such column');
  });

  it('leaves out its other members, its cause and what came with it, where values are kept', () => {
    const error = Object.assign(new Error('duplicate key', { cause: new Error(canary) }), {
      detail: `Key (value)=(${canary})`,
      parameters: [canary],
      query: canary,
    });
    expect(logged(error)).not.toContain(canary);
  });

  it('does not repeat the text that could not be read as JSON', () => {
    let error: unknown;
    try {
      JSON.parse(`{"accessToken": ${canary}}`);
    } catch (thrown) {
      error = thrown;
    }
    expect((error as Error).message).toContain('canary'); // Node quotes what it reads
    expect(logged(error)).not.toContain('canary');
    expect(plainError(error)).toMatchObject({ type: 'SyntaxError' });
  });

  it('is never a thing that was thrown instead of an error', () => {
    for (const thrown of [canary, { token: canary }, null, undefined])
      expect(JSON.stringify(plainError(thrown))).not.toContain(canary);
  });
});
