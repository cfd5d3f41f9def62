import { Socket } from 'node:net';
import { runInThisContext } from 'node:vm';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fixture, type Script, ScriptedServer } from '../test-fixtures/scripted-server.js';
import { GuardedClient, type OpenConnection } from './guarded-client.js';
import { idleForMs, KeptSockets } from './kept-sockets.js';
import type { OutboundLimits } from './outbound-limits.js';
import { OutboundPolicy } from './outbound-policy.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const POST = { method: 'POST' as const, headers: {}, body: 'a=b' };

const servers: ScriptedServer[] = [];
const clients: GuardedClient[] = [];
function newClient(limits: Partial<OutboundLimits> = {}): GuardedClient {
  const client = new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), limits);
  clients.push(client);
  return client;
}

async function startServer(script: Script, host?: string, port?: number): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script, host, port);
  servers.push(server);
  return server;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** Answers every request on the connection, and leaves it open. */
const answering =
  (answer = OK): Script =>
  (socket) =>
    void socket.on('data', (chunk) => chunk.toString('latin1').endsWith('a=b') && socket.write(answer));

const requestsTo = ({ received }: ScriptedServer): number => received.split('POST /').length - 1;

/** As a process that was stopped: nothing happens in it meanwhile. */
function frozenFor(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

/** Whatever the other side has sent or ended by now is known here when another call has gone there and back. */
async function roundTrip(): Promise<void> {
  await newClient().call((await startServer(answering())).url, POST);
}

describe('a connection whose answer was complete', () => {
  it.each([
    ['a length', OK],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n'],
    ['no body', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['an error in it', 'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\n\r\n{}'],
  ])('carries the next requests too, after an answer with %s', async (_what, answer) => {
    const server = await startServer(answering(answer));
    const client = newClient();
    for (let round = 0; round < 15; round += 1) await client.call(server.url, POST);
    expect([server.sockets.length, requestsTo(server)]).toEqual([1, 15]);
  });

  it('gathers no listeners on its way from request to request', async () => {
    const server = await startServer(answering());
    const warnings: string[] = [];
    const onWarning = ({ name }: Error) => void warnings.push(name);
    const own: NodeJS.Process = runInThisContext('process'); // a spec's own is a copy made by the test runner
    own.on('warning', onWarning);
    const client = newClient();
    for (let round = 0; round < 15; round += 1) await client.call(server.url, POST);
    await roundTrip();
    own.off('warning', onWarning);
    expect(warnings).toEqual([]);
  });

  it('carries the next request over TLS, after one handshake', async () => {
    const server = await ScriptedServer.startTls(answering(), 'good.pem');
    servers.push(server);
    const client = newClient({ ca: fixture('authority.pem'), lookup: async () => ['127.0.0.1'] });
    const url = `https://provider.test:${server.port}/token`;
    for (let round = 0; round < 3; round += 1) expect((await client.call(url, POST)).status).toBe(200);
    expect([server.sockets.length, requestsTo(server)]).toEqual([1, 3]);
  });

  it('carries one request at a time', async () => {
    const server = await startServer(answering());
    const client = newClient();
    await client.call(server.url, POST);
    const opened = await Promise.all([client.open(server.url), client.open(server.url)]);
    await Promise.all(opened.map((connection) => connection.send(POST)));
    expect([server.sockets.length, requestsTo(server)]).toEqual([2, 3]);
    await expect(opened[0]?.send(POST)).rejects.toThrow('one request only');
  });

  it('is not ended by who was given its answer', async () => {
    const server = await startServer(answering());
    const client = newClient();
    for (let round = 0; round < 2; round += 1) {
      const connection = await client.open(server.url);
      await connection.send(POST);
      connection.close();
    }
    expect(server.sockets).toHaveLength(1);
  });

  it('is ended after a second without a request', async () => {
    const server = await startServer(answering());
    const client = newClient();
    await client.call(server.url, POST);
    const answeredAt = performance.now();
    await server.closed();
    expect(performance.now() - answeredAt).toBeGreaterThan(idleForMs * 0.9);
    await client.call(server.url, POST);
    expect(server.sockets).toHaveLength(2);
  });

  it('is one of at most 100 to an origin', async () => {
    const server = await startServer(answering());
    const client = newClient();
    const opened = await Promise.all(Array.from({ length: 120 }, () => client.open(server.url)));
    await Promise.all(opened.map((connection) => connection.send(POST)));
    const again = await Promise.all(Array.from({ length: 120 }, () => client.open(server.url)));
    await Promise.all(again.map((connection) => connection.send(POST)));
    expect([server.sockets.length, requestsTo(server)]).toEqual([140, 240]);
  });

  it('ends with its client, and none is kept after that', async () => {
    const server = await startServer(answering());
    const client = newClient();
    await client.call(server.url, POST);
    client.close();
    await server.closed(0);
    await client.call(server.url, POST);
    await server.closed(1);
  });

  it('is not kept once it is a minute old', () => {
    const target = { secure: false, host: 'a', port: 80, hostHeader: 'a', path: '/', addresses: ['127.0.0.1'] };
    const kept = new KeptSockets();
    const [young, old] = [new Socket(), new Socket()];
    for (const [socket, ageMs] of [[young, 59_000] as const, [old, 60_000] as const]) {
      kept.keep(target, { socket, address: '127.0.0.1', connectedAt: performance.now() - ageMs, idleSince: null });
    }
    expect([young.destroyed, old.destroyed]).toEqual([false, true]);
    kept.close();
  });
});

describe('a connection is not used again', () => {
  it.each([
    ['the server wants it closed', OK.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')],
    ['the server waits hardly longer than we do', OK.replace('\r\n\r\n', '\r\nKeep-Alive: timeout=1, max=100\r\n\r\n')],
    ['the server speaks HTTP/1.0', OK.replace('1.1', '1.0')],
    ['more came than was asked for', `${OK}HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{"a":"b"}`],
    ['its answer was not read to the end', 'HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n{}'],
    ['its answer could not be decoded', OK.replace('\r\n\r\n', '\r\nContent-Encoding: gzip\r\n\r\n')],
    ['its answer was not HTTP', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}'],
  ])('where %s', async (_why, answer) => {
    const server = await startServer(answering(answer));
    const client = newClient();
    for (let round = 0; round < 2; round += 1) await client.call(server.url, POST).catch(() => undefined);
    expect([server.sockets.length, requestsTo(server)]).toEqual([2, 2]);
  });

  it('where something came on it that nobody had asked for', async () => {
    const server = await startServer(answering());
    const client = newClient();
    await client.call(server.url, POST);
    server.sockets[0]?.write(OK);
    await server.closed(0);
    expect((await client.call(server.url, POST)).status).toBe(200);
    expect(server.sockets).toHaveLength(2);
  });

  it('where the name leads elsewhere by now', async () => {
    const one = await startServer(answering());
    const other = await startServer(answering(), '127.0.0.2', one.port);
    let address = '127.0.0.1';
    const client = newClient({ lookup: async () => [address] });
    const url = `http://provider.test:${one.port}/token`;
    await client.call(url, POST);
    address = '127.0.0.2';
    await client.call(url, POST);
    expect([requestsTo(one), requestsTo(other)]).toEqual([1, 1]);
  });

  it('where the name leads to an address that is off limits by now', async () => {
    const server = await startServer(answering());
    let address = '127.0.0.1';
    const client = newClient({ lookup: async () => [address] });
    const url = `http://provider.test:${server.port}/token`;
    await client.call(url, POST);
    address = '10.0.0.1';
    await expect(client.call(url, POST)).rejects.toMatchObject({ name: 'NotSent' });
    expect(requestsTo(server)).toBe(1);
  });

  it('by another port or scheme of the same host', async () => {
    const [one, other] = [await startServer(answering()), await startServer(answering())];
    const client = newClient();
    await client.call(one.url, POST);
    await client.call(other.url, POST);
    await expect(client.call(one.url.replace('http:', 'https:'), POST)).rejects.toMatchObject({ name: 'NotSent' });
    expect([requestsTo(one), requestsTo(other)]).toEqual([1, 1]);
  });
});

/** A kept connection, taken for one more request that has not been sent yet. */
async function takenAgain(server: ScriptedServer): Promise<OpenConnection> {
  const client = newClient();
  await client.call(server.url, POST);
  return client.open(server.url);
}

describe('a kept connection that ends between its taking and the first byte leaves no doubt', () => {
  it.each<[string, (socket: Socket) => void]>([
    ['hung up', (socket) => socket.end()],
    ['reset it', (socket) => socket.resetAndDestroy()],
    ['said something unasked', (socket) => socket.write(OK)],
  ])('the request goes out once, on a new one, where the provider %s', async (_what, end) => {
    const server = await startServer(answering());
    const connection = await takenAgain(server);
    end(server.sockets[0] as Socket);
    await roundTrip();
    await expect(connection.send(POST)).resolves.toMatchObject({ status: 200, body: '{}' });
    expect([server.sockets.length, requestsTo(server)]).toEqual([2, 2]);
  });

  it('the request goes out on a new one where the process was frozen meanwhile', async () => {
    const server = await startServer(answering());
    const connection = await takenAgain(server);
    frozenFor(idleForMs + 50);
    await expect(connection.send(POST)).resolves.toMatchObject({ status: 200 });
    expect([server.sockets.length, requestsTo(server)]).toEqual([2, 2]);
  });

  it('it is proven that nothing was sent where no new one is to be had', async () => {
    const server = await startServer(answering());
    const connection = await takenAgain(server);
    await server.stop();
    await roundTrip();
    await expect(connection.send(POST)).rejects.toMatchObject({ name: 'NotSent', reason: 'connect' });
    expect(requestsTo(server)).toBe(1);
  });

  it('nothing is sent on a new one when the time for the first byte is over', async () => {
    const server = await startServer(answering());
    const connection = await takenAgain(server);
    server.sockets[0]?.end();
    await roundTrip();
    const deadline = { firstByteBy: performance.now() - 1, firstByteByWall: Date.now() + 5_000 };
    await expect(connection.send(POST, deadline)).rejects.toMatchObject({ name: 'NotSent', reason: 'late' });
    expect(requestsTo(server)).toBe(1);
  });

  it('nothing is sent once it was closed', async () => {
    const server = await startServer(answering());
    const connection = await takenAgain(server);
    connection.close();
    await expect(connection.send(POST)).rejects.toMatchObject({ name: 'NotSent', reason: 'closed' });
    expect([server.sockets.length, requestsTo(server)]).toEqual([1, 1]);
  });
});
