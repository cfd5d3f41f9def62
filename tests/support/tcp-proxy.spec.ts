import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { TcpProxy } from './tcp-proxy.js';

let server: Server;
let served: Socket[];
let proxy: TcpProxy;

/** A server that answers each byte with the same byte. */
beforeEach(async () => {
  served = [];
  server = createServer((socket) => {
    served.push(socket.on('error', () => undefined));
    socket.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await TcpProxy.before(`redis://user:word@127.0.0.1:${(server.address() as AddressInfo).port}/0`);
});
afterEach(async () => {
  await proxy.stop();
  for (const socket of served) socket.destroy();
  server.close();
});

interface Caller {
  socket: Socket;
  heard: () => string;
  ended: () => string | null;
}

async function call(): Promise<Caller> {
  const socket = connect(proxy.port, '127.0.0.1').setEncoding('utf8');
  let heard = '';
  let ended: string | null = null;
  socket.on('data', (text) => (heard += text));
  socket.on('error', (error: NodeJS.ErrnoException) => (ended = error.code ?? 'error'));
  socket.on('close', () => (ended ??= 'closed'));
  await once(socket, 'connect');
  return { socket, heard: () => heard, ended: () => ended };
}

async function talking(): Promise<Caller> {
  const caller = await call();
  caller.socket.write('hello');
  await eventually(() => expect(caller.heard()).toBe('hello'), { everyMs: 5 });
  return caller;
}

describe('a proxy before a server', () => {
  it('changes host and port of its URL, and nothing else', () => {
    expect(proxy.through('postgresql://me:pass%2Fword@localhost:5432/db?sslmode=disable')).toBe(
      `postgresql://me:pass%2Fword@127.0.0.1:${proxy.port}/db?sslmode=disable`,
    );
  });

  it('passes all bytes in order, and the end', async () => {
    const { socket, heard, ended } = await call();
    const text = Array.from({ length: 200_000 }, (_, n) => `${n},`).join('');
    socket.end(text);
    await eventually(() => expect(ended()).toBe('closed'));
    expect(heard() === text).toBe(true);
    await eventually(() => expect(proxy.connections).toBe(0));
  });

  it('with latency, holds each byte so long, and lets the line carry as much as before', async () => {
    const { socket, heard } = await talking();
    proxy.latency(150);
    const startedAt = performance.now();
    for (let n = 0; n < 50; n += 1) socket.write('x');
    await eventually(() => expect(heard()).toHaveLength(55), { everyMs: 5 });
    const tookMs = performance.now() - startedAt;
    expect(tookMs).toBeGreaterThanOrEqual(300); // there and back
    expect(tookMs).toBeLessThan(5_000); // not 50 times as long
  });

  it('gone silent, keeps connections and passes nothing, even to new ones; what was held comes when it speaks', async () => {
    const old = await talking();
    proxy.goSilent();
    old.socket.write(' again');
    const fresh = await call();
    fresh.socket.write('new');
    const probe = await talkPastTheProxy();
    expect(probe).toBe('past');
    expect([old.heard(), fresh.heard(), old.ended(), fresh.ended()]).toEqual(['hello', '', null, null]);

    proxy.speak();
    await eventually(() => expect([old.heard(), fresh.heard()]).toEqual(['hello again', 'new']));
  });

  it('gone silent, tells neither side of the other’s end', async () => {
    const { socket } = await talking();
    proxy.goSilent();
    socket.destroy();
    await talkPastTheProxy();
    expect(served[0]?.destroyed).toBe(false);
    proxy.speak();
    await eventually(() => expect(served[0]?.destroyed).toBe(true));
  });

  it('forgets the connections there are for good, and lets new ones through', async () => {
    const old = await talking();
    proxy.forget();
    old.socket.write(' again');
    await talking();
    expect([old.heard(), old.ended()]).toEqual(['hello', null]);
  });

  it('resets the connections there are and lets new ones through', async () => {
    const old = await talking();
    proxy.reset();
    await eventually(() => expect(old.ended()).toBe('ECONNRESET'));
    await talking();
  });

  it.each(['there', 'back'] as const)('cuts a connection after so many bytes that went %s', async (direction) => {
    const old = await talking();
    proxy.cutAfter(direction, 3);
    old.socket.write('abcdef');
    await eventually(() => expect(old.ended()).not.toBeNull());
    expect('helloabc'.startsWith(old.heard())).toBe(true);

    proxy.mend();
    await talking();
  });

  it('refuses while it does not accept, and is back on its port', async () => {
    const old = await talking();
    await proxy.refuse();
    await eventually(() => expect(old.ended()).toBe('ECONNRESET'));
    await expect(call()).rejects.toMatchObject({ code: 'ECONNREFUSED' });

    await proxy.accept();
    await talking();
  });
});

/** A byte to the server and back without the proxy: had the proxy passed anything meanwhile, it would have come by now. */
async function talkPastTheProxy(): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').setEncoding('utf8');
  socket.write('past');
  const [text] = (await once(socket, 'data')) as [string];
  socket.destroy();
  return text;
}
