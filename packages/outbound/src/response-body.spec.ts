import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { onRequest, type Script, ScriptedServer, saying } from '../test-fixtures/scripted-server.js';
import { GuardedClient, type OutboundAnswer } from './guarded-client.js';
import { OutboundPolicy } from './outbound-policy.js';

const KIB = 1024;
const MIB = 1024 * KIB;

let server: ScriptedServer;
afterEach(() => server.stop());

async function call(script: Script): Promise<OutboundAnswer> {
  server = await ScriptedServer.start(script);
  const client = new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), { totalMs: 5000 });
  return client.call(server.url, { method: 'GET', headers: { 'accept-encoding': 'gzip, br' } });
}

const sayingBody = (body: Buffer, headers = ''): Script =>
  saying(`HTTP/1.1 200 OK\r\n${headers}Content-Length: ${body.length}\r\n\r\n`, body);
const encoded = (coding: string, body: Buffer): Script => sayingBody(body, `Content-Encoding: ${coding}\r\n`);

describe('the body of an answer', () => {
  const text = JSON.stringify({ access_token: 'ü'.repeat(500) });

  it.each([
    ['identity', Buffer.from(text)],
    ['gzip', gzipSync(text)],
    ['x-gzip', gzipSync(text)],
    ['GZIP', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['deflate', deflateRawSync(text)],
    ['br', brotliCompressSync(text)],
    ['gzip, br', brotliCompressSync(gzipSync(text))],
  ])('is decoded from %s', async (coding, body) => {
    await expect(call(encoded(coding, body))).resolves.toMatchObject({ body: text });
  });

  it('is read to the end of the connection when it has no length', async () => {
    await expect(call(saying('HTTP/1.1 200 OK\r\n\r\n{"a":1}'))).resolves.toMatchObject({ body: '{"a":1}' });
  });

  it('is put together from many chunks', async () => {
    const chunks = '1\r\nx\r\n'.repeat(50_000);
    const answer = await call(saying(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`));
    expect(answer.body).toBe('x'.repeat(50_000));
  });

  it('is empty where an encoding was promised and nothing came', async () => {
    await expect(call(encoded('gzip', Buffer.alloc(0)))).resolves.toMatchObject({ body: '' });
    await server.stop();
    await expect(call(saying('HTTP/1.1 204 No Content\r\nContent-Encoding: br\r\n\r\n'))).resolves.toMatchObject({
      status: 204,
      body: '',
    });
  });

  it('loses its byte order mark, and what is not UTF-8 is replaced', async () => {
    const body = Buffer.concat([
      Buffer.from([0xef, 0xbb, 0xbf]),
      Buffer.from('{"a":"'),
      Buffer.from([0xe9, 0xff]),
      Buffer.from('"}'),
    ]);
    await expect(call(sayingBody(body))).resolves.toMatchObject({ body: '{"a":"\ufffd\ufffd"}' });
  });

  it('is read up to 256 KiB exactly', async () => {
    const answer = await call(sayingBody(Buffer.alloc(256 * KIB, 'x')));
    expect(answer.body).toHaveLength(256 * KIB);
  });
});

describe('a body that is too large', () => {
  const tooLarge = { name: 'UnreadableAnswer', reason: 'too_large', status: 200 };

  it('is refused by its announced length, before it has come', async () => {
    const script: Script = (socket) =>
      onRequest(socket, () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${256 * KIB + 1}\r\n\r\n`));
    await expect(call(script)).rejects.toMatchObject(tooLarge);
    await server.closed();
  });

  it.each([
    ['without a length', 'HTTP/1.1 200 OK\r\n\r\n', 'x'.repeat(64 * KIB)],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', `10000\r\n${'x'.repeat(64 * KIB)}\r\n`],
  ])('is cut off %s', async (_how, head, piece) => {
    const script: Script = (socket) =>
      onRequest(socket, () => {
        socket.write(head);
        const pour = () => {
          while (socket.writable && socket.write(piece));
        };
        socket.on('drain', pour);
        pour();
      });
    await expect(call(script)).rejects.toMatchObject(tooLarge);
    await server.closed();
    expect(server.sockets[0]?.bytesWritten).toBeLessThan(16 * MIB);
  });

  it.each([
    ['gzip', () => Buffer.concat(Array<Buffer>(200).fill(gzipSync(Buffer.alloc(MIB))))],
    ['br', () => brotliCompressSync(Buffer.alloc(8 * MIB))],
    ['gzip, gzip', () => gzipSync(Buffer.concat(Array<Buffer>(200).fill(gzipSync(Buffer.alloc(MIB)))))],
  ])('is not unpacked beyond the limit from %s', async (coding, makeBomb) => {
    const bomb = makeBomb();
    expect(bomb.length).toBeLessThan(256 * KIB);
    const before = process.resourceUsage().maxRSS;
    await expect(call(encoded(coding, bomb))).rejects.toMatchObject(tooLarge);
    expect(process.resourceUsage().maxRSS - before).toBeLessThan(20 * KIB); // maxRSS is the peak, in KiB
  });
});

describe('a body that cannot be decoded', () => {
  it.each([
    ['an unknown coding', 'zstd', Buffer.from('x')],
    ['three codings', 'gzip, gzip, gzip', gzipSync(gzipSync(gzipSync('x')))],
    ['no gzip', 'gzip', Buffer.from('{"access_token":"x"}')],
    ['half a gzip', 'gzip', gzipSync('x'.repeat(5000)).subarray(0, 20)],
    ['no brotli', 'br', Buffer.from('{"access_token":"x"}')],
    ['no deflate', 'deflate', Buffer.from([0xff, 0xff, 0xff])],
  ])('is unreadable: %s', async (_what, coding, body) => {
    await expect(call(encoded(coding, body))).rejects.toMatchObject({
      name: 'UnreadableAnswer',
      reason: 'encoding',
      status: 200,
    });
  });
});
