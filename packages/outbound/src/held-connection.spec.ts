import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { onRequest, type Script, ScriptedServer, saying } from '../test-fixtures/scripted-server.js';
import { GuardedClient, type OpenConnection } from './guarded-client.js';
import type { OutboundLimits } from './outbound-limits.js';
import { OutboundPolicy } from './outbound-policy.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const POST = { method: 'POST' as const, headers: { authorization: 'canary-header' }, body: 'canary-body' };
const NEVER = Number.POSITIVE_INFINITY;
const client = (limits: Partial<OutboundLimits> = {}) => new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), limits);

const servers: ScriptedServer[] = [];
async function startServer(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

/** Whatever the other side had sent before has been read by this process once another call has gone there and back. */
async function roundTrip(): Promise<void> {
  const other = await startServer(saying(OK));
  await client().call(other.url, POST);
}

async function expectNotSent(server: ScriptedServer, connection: OpenConnection, reason: string): Promise<void> {
  await expect(connection.send(POST)).rejects.toMatchObject({ name: 'NotSent', reason });
  await server.closed();
  expect(server.received).toBe('');
}

describe('a connection held until its mark is stored', () => {
  it('sends when both clocks are in time', async () => {
    const server = await startServer(saying(OK));
    const connection = await client().open(server.url);
    const deadline = { firstByteBy: performance.now() + 5000, firstByteByWall: Date.now() + 5000 };
    await expect(connection.send(POST, deadline)).resolves.toMatchObject({ status: 200 });
  });

  it.each([
    ['monotonic', () => ({ firstByteBy: performance.now() - 1, firstByteByWall: NEVER })],
    ['wall', () => ({ firstByteBy: NEVER, firstByteByWall: Date.now() - 1 })],
  ])('lets no byte reach the provider when the %s clock is past the deadline', async (_clock, deadline) => {
    const server = await startServer(saying(OK));
    const connection = await client().open(server.url);
    await expect(connection.send(POST, deadline())).rejects.toMatchObject({ name: 'NotSent', reason: 'late' });
    await server.closed();
    expect(server.received).toBe('');
  });

  it('checks the clocks at the write itself, not when it was asked to send', async () => {
    const server = await startServer(saying(OK));
    const connection = await client().open(server.url);
    const deadline = { firstByteBy: performance.now() + 40, firstByteByWall: NEVER };
    const sending = connection.send(POST, deadline);
    const frozenUntil = performance.now() + 60;
    while (performance.now() < frozenUntil); // as if the process were stopped between the two
    await expect(sending).rejects.toMatchObject({ name: 'NotSent', reason: 'late' });
    await server.closed();
    expect(server.received).toBe('');
  });

  it('counts the time it was held towards the whole', async () => {
    const server = await startServer(saying(OK));
    const connection = await client({ totalMs: 100 }).open(server.url);
    await server.closed();
    await expectNotSent(server, connection, 'late');
  });

  it('gives up on an answer when the whole time is over, however it was spent', async () => {
    const server = await startServer((socket) => onRequest(socket, () => {}));
    const connection = await client({ totalMs: 150 }).open(server.url);
    await expect(connection.send(POST)).rejects.toMatchObject({ name: 'NoAnswer', reason: 'timeout' });
    expect(server.received).toContain('canary-body');
  });

  it('knows that nothing was sent when the provider had hung up before', async () => {
    const server = await startServer((socket) => socket.end());
    const connection = await client().open(server.url);
    await server.closed();
    await expectNotSent(server, connection, 'closed');
  });

  it('knows that nothing was sent when the provider had reset the connection before', async () => {
    const server = await startServer(saying(OK));
    const connection = await client().open(server.url);
    await roundTrip();
    server.sockets[0]?.resetAndDestroy();
    await roundTrip();
    await expectNotSent(server, connection, 'closed');
  });

  it('sends nothing to a provider that answered before it was asked', async () => {
    const server = await startServer((socket) => socket.write(OK));
    const connection = await client().open(server.url);
    await roundTrip();
    await expectNotSent(server, connection, 'closed');
  });

  it('sends nothing once it was closed', async () => {
    const server = await startServer(saying(OK));
    const connection = await client().open(server.url);
    connection.close();
    await expectNotSent(server, connection, 'closed');
  });

  it('gives no answer when it is closed after sending', async () => {
    const server = await startServer((socket) => onRequest(socket, () => connection.close()));
    const connection = await client().open(server.url);
    await expect(connection.send(POST)).rejects.toMatchObject({ name: 'NoAnswer', reason: 'reset' });
  });

  it.each([
    ['a line end in a header value', { 'x-a': 'canary-header\r\nx-b: 1' }],
    ['a header name that is none', { 'x a': 'canary-header' }],
  ])('sends nothing with %s, and does not repeat it', async (_what, headers) => {
    const server = await startServer(saying(OK));
    const connection = await client().open(server.url);
    const sending = connection.send({ ...POST, headers });
    await expect(sending).rejects.toMatchObject({ name: 'NotSent', reason: 'bad_url' });
    await expect(sending).rejects.not.toThrow(/canary/);
    await server.closed();
    expect(server.received).toBe('');
  });
});

describe('a process that was frozen while the provider answered', () => {
  const totalMs = 500;
  let provider: Worker;
  let url: string;

  /** On a thread of its own, since ours is held. */
  async function startAnswering(code: string): Promise<void> {
    const source = `const { parentPort } = require('node:worker_threads');
      const server = require('node:net').createServer((socket) => socket.on('error', () => {}).once('data', () => { ${code} }));
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;
    provider = new Worker(source, { eval: true });
    const [port] = (await once(provider, 'message')) as [number];
    url = `http://127.0.0.1:${port}/token`;
  }
  afterEach(() => provider.terminate());

  const freeze = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, totalMs + 1_500);

  it('reads the answer that came meanwhile, although the time of the call is over', async () => {
    await startAnswering(`socket.write(${JSON.stringify(OK)})`);
    const connection = await client({ totalMs }).open(url);
    await expect(connection.send(POST, undefined, freeze)).resolves.toMatchObject({ status: 200 });
  });

  it('waits no longer than a moment where none came', async () => {
    await startAnswering('');
    const connection = await client({ totalMs }).open(url);
    const begun = performance.now();
    await expect(connection.send(POST, undefined, freeze)).rejects.toMatchObject({ name: 'NoAnswer', reason: 'timeout' });
    expect(performance.now() - begun).toBeLessThan(totalMs + 1_500 + 3_000);
  });
});
