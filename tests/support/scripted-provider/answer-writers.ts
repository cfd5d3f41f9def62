import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { amended, type PlainAnswer, writePlain } from './plain-answer.js';

type AnswerWriter = (response: ServerResponse, good: PlainAnswer) => Promise<boolean>;

const paddingBytes = 64 * 1024 * 1024;

/** Ways in which real token endpoints fail or deviate (SECURITY.md F14 to F17). */
export const answerWriters = {
  /** Takes the request and never says a word. */
  hang: async () => false,
  'reset-before-answer': async (response) => {
    response.socket?.resetAndDestroy();
    return false;
  },
  'half-answer': async (response, good) => {
    const text = JSON.stringify(good.body);
    response.writeHead(good.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    await new Promise((written) => response.write(text.slice(0, text.length / 2), written));
    response.socket?.destroy();
    return false;
  },
  /** The good answer, one byte a second. */
  trickle: async (response, good) => {
    const text = JSON.stringify(good.body);
    response.writeHead(good.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    return drip(response, text, (byte) => response.write(byte));
  },
  'slow-headers': async (response) =>
    drip(response, `HTTP/1.1 200 OK\r\nx-slow: ${'a'.repeat(4096)}`, (byte) => response.socket?.write(byte)),
  'huge-headers': async (response, good) => writePlain(response, { ...good, headers: { 'x-huge': 'a'.repeat(512 * 1024) } }),
  /** The good answer behind 64 MiB of blanks: whoever reads without a cap believes it. */
  huge: async (response, good) => {
    response.writeHead(good.status, { 'content-type': 'application/json' });
    const blanks = Buffer.alloc(1024 * 1024, ' ');
    for (let sent = 0; sent < paddingBytes && response.writable && !response.destroyed; sent += blanks.length) {
      if (!response.write(blanks)) await drained(response);
    }
    return finish(response, JSON.stringify(good.body));
  },
  'gzip-bomb': async (response, good) => {
    const bomb = gzipSync(Buffer.concat([Buffer.alloc(paddingBytes, ' '), Buffer.from(JSON.stringify(good.body))]));
    response.writeHead(good.status, {
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'content-length': bomb.length,
    });
    return finish(response, bomb);
  },
  'html-200': async (response) =>
    writePlain(response, {
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html><body>Please sign in</body></html>',
    }),
  /** GitHub's way: an error that calls itself a success. */
  'error-200': async (response) =>
    writePlain(response, {
      status: 200,
      body: { error: 'bad_verification_code', error_description: 'The code passed is incorrect or expired.' },
    }),
  'empty-400': async (response) => writePlain(response, { status: 400 }),
  'form-encoded': async (response, good) => {
    const members = Object.entries(good.body as object).map(([name, value]): [string, string] => [name, String(value)]);
    const body = new URLSearchParams(members).toString();
    return writePlain(response, { ...good, headers: { 'content-type': 'application/x-www-form-urlencoded' }, body });
  },
  'wrong-content-type': async (response, good) =>
    writePlain(response, { ...good, headers: { 'content-type': 'text/html; charset=utf-8' }, body: JSON.stringify(good.body) }),
  'no-expires-in': async (response, good) => writePlain(response, amended(good, { expires_in: undefined })),
  'token-type-case': async (response, good) => writePlain(response, amended(good, { token_type: 'bEaReR' })),
  'redirect-302': async (response) => redirect(response, 302),
  'redirect-303': async (response) => redirect(response, 303),
  'redirect-307': async (response) => redirect(response, 307),
  'redirect-308': async (response) => redirect(response, 308),
} satisfies Record<string, AnswerWriter>;

/** Points at a path of the same server, so that the request log shows who followed. */
function redirect(response: ServerResponse, status: number): Promise<boolean> {
  return writePlain(response, { status, headers: { location: '/redirected' } });
}

function drip(response: ServerResponse, text: string, write: (byte: string) => void): Promise<boolean> {
  return new Promise((resolve) => {
    let next = 0;
    const timer = setInterval(() => (next < text.length ? write(text[next++] ?? '') : response.end()), 1000);
    response.once('close', () => {
      clearInterval(timer);
      resolve(response.writableFinished);
    });
  });
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    response.once('drain', resolve);
    response.once('close', resolve);
  });
}

function finish(response: ServerResponse, last: string | Buffer): Promise<boolean> {
  if (response.destroyed) return Promise.resolve(false);
  return new Promise((resolve) => {
    response.once('close', () => resolve(response.writableFinished));
    response.end(last);
  });
}
