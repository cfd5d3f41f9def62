import { afterEach, describe, expect, it } from '@jest/globals';
import { onRequest, type Script, ScriptedServer, saying, trickle } from '../test-fixtures/scripted-server.js';
import { GuardedClient, type OutboundAnswer } from './guarded-client.js';
import type { OutboundLimits } from './outbound-limits.js';
import { OutboundPolicy } from './outbound-policy.js';

const HEAD = 'HTTP/1.1 200 OK\r\n';
const POST = { method: 'POST' as const, headers: { authorization: 'canary-header' }, body: 'canary-body' };

let server: ScriptedServer;
afterEach(() => server.stop());

async function call(script: Script, limits: Partial<OutboundLimits> = {}): Promise<OutboundAnswer> {
  server = await ScriptedServer.start(script);
  return new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), { totalMs: 3000, ...limits }).call(server.url, POST);
}

describe('an answer that does not come whole', () => {
  it.each<[string, Script]>([
    ['silence', (socket) => onRequest(socket, () => {})],
    [
      'a status line that never ends',
      (socket) => onRequest(socket, () => socket.write(HEAD.slice(0, -2), () => trickle(socket, () => 'K'))),
    ],
    [
      'headers that never end',
      (socket) =>
        onRequest(socket, () => {
          socket.write(HEAD);
          trickle(socket, () => 'x: y\r\n');
        }),
    ],
    [
      'a body that trickles',
      (socket) =>
        onRequest(socket, () => {
          socket.write(`${HEAD}Content-Length: 100000\r\n\r\n`);
          trickle(socket, () => ' ');
        }),
    ],
    [
      'chunks that trickle',
      (socket) =>
        onRequest(socket, () => {
          socket.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
          trickle(socket, () => '1\r\n \r\n');
        }),
    ],
  ])('is cut off in time: %s', async (_what, script) => {
    const startedAt = performance.now();
    await expect(call(script, { totalMs: 200 })).rejects.toMatchObject({ name: 'NoAnswer', reason: 'timeout' });
    expect(performance.now() - startedAt).toBeLessThan(1500);
    await server.closed();
  });

  it.each<[string, Script]>([
    ['a reset before it', (socket) => onRequest(socket, () => socket.resetAndDestroy())],
    ['an end before it', saying('')],
    ['an end among the headers', saying(`${HEAD}Content-Type: te`)],
    ['an end after a 1xx', saying('HTTP/1.1 100 Continue\r\n\r\n')],
    ['half a body', saying(`${HEAD}Content-Length: 100\r\n\r\n{"access_token":"x"}`)],
    ['half a chunk', saying(`${HEAD}Transfer-Encoding: chunked\r\n\r\nff\r\n{"access_token":"x"}`)],
    ['no last chunk', saying(`${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n`)],
    [
      'a reset within the body',
      (socket) => onRequest(socket, () => socket.write(`${HEAD}Content-Length: 100\r\n\r\n{`, () => socket.resetAndDestroy())),
    ],
  ])('is no answer: %s', async (_what, script) => {
    await expect(call(script)).rejects.toMatchObject({ name: 'NoAnswer', reason: 'reset' });
    expect(server.received).toContain('canary-body');
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.6\r\n'],
    ['a length that is none', `${HEAD}Content-Length: many\r\n\r\n{}`],
    ['two lengths', `${HEAD}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `],
    ['a length and chunks', `${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    ['a chunk size that is none', `${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}`],
    ['chunk extensions without end', `${HEAD}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}`],
    ['a switch of protocols that was not asked for', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ])('is no answer in HTTP: %s', async (_what, text) => {
    await expect(call(saying(text))).rejects.toMatchObject({ name: 'NoAnswer', reason: 'protocol' });
  });
});

describe('an answer beyond the limits', () => {
  it('is not read when its headers are too large', async () => {
    const many = Array.from({ length: 300 }, (_, index) => `x-${index}: ${'y'.repeat(60)}\r\n`).join('');
    await expect(call(saying(`${HEAD}${many}\r\n`))).rejects.toMatchObject({
      name: 'UnreadableAnswer',
      reason: 'headers_too_large',
    });
  });

  it('is read when its headers are just under the limit', async () => {
    const answer = await call(saying(`${HEAD}x: ${'y'.repeat(16_000)}\r\nContent-Length: 0\r\n\r\n`));
    expect(answer.headers.x).toHaveLength(16_000);
  });

  it('is held to the limit it is given, not to one of node', async () => {
    const script = saying(`${HEAD}x: ${'y'.repeat(2000)}\r\nContent-Length: 0\r\n\r\n`);
    await expect(call(script, { headerBytes: 1024 })).rejects.toMatchObject({ reason: 'headers_too_large' });
  });

  it('may come after 8 informational answers, and is given up at the 9th', async () => {
    const early = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
    await expect(call(saying(early.repeat(8), `${HEAD}Content-Length: 2\r\n\r\n{}`))).resolves.toMatchObject({
      status: 200,
      body: '{}',
    });
    await server.stop();
    await expect(call(saying(early.repeat(9), `${HEAD}Content-Length: 2\r\n\r\n{}`))).rejects.toMatchObject({
      name: 'UnreadableAnswer',
      reason: 'too_many_informational',
    });
  });

  it('is cut off when informational answers come without end', async () => {
    const flood: Script = (socket) =>
      onRequest(socket, () => trickle(socket, () => 'HTTP/1.1 102 Processing\r\n\r\n'.repeat(1000), 1));
    await expect(call(flood)).rejects.toMatchObject({ reason: 'too_many_informational' });
    await server.closed();
  });
});

it('names neither query, header nor body in any error', async () => {
  const scripts: Script[] = [
    saying(''),
    saying('canary-answer'),
    saying(`${HEAD}Content-Length: 999999\r\n\r\ncanary-answer`),
    saying(`${HEAD}Content-Encoding: gzip\r\n\r\ncanary-answer`),
    (socket) => onRequest(socket, () => socket.resetAndDestroy()),
  ];
  for (const script of scripts) {
    const error: unknown = await call(script).catch((thrown: unknown) => thrown);
    await server.stop();
    expect(error).toBeInstanceOf(Error);
    const { message, stack, cause, ...rest } = error as Error;
    expect(JSON.stringify([message, stack, cause ?? null, rest])).not.toContain('canary');
  }
});
