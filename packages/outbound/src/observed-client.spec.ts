import { afterEach, describe, expect, it } from '@jest/globals';
import { onRequest, type Script, ScriptedServer, saying } from '../test-fixtures/scripted-server.js';
import { ObservedClient, type OutboundCall } from './observed-client.js';
import { OutboundPolicy } from './outbound-policy.js';

const GET = { method: 'GET' as const, headers: { authorization: 'canary-header' } };
const servers: ScriptedServer[] = [];
const calls: OutboundCall[] = [];
const client = new ObservedClient(OutboundPolicy.parse('127.0.0.0/8'), (call) => calls.push(call), { totalMs: 500 });

async function startServer(script: Script): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script);
  servers.push(server);
  return server;
}

afterEach(async () => {
  calls.length = 0;
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('an observed call', () => {
  it.each<[string, Script, Partial<OutboundCall>]>([
    [
      'an answer, whatever its status',
      saying('HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n'),
      { result: 'answered', status: 500 },
    ],
    ['no answer', (socket) => onRequest(socket, () => socket.destroy()), { result: 'no_answer', reason: 'reset' }],
    ['an answer that comes too late', () => undefined, { result: 'no_answer', reason: 'timeout' }],
    [
      'an answer that is too large',
      saying(`HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n`),
      { result: 'unreadable', reason: 'too_large', status: 200 },
    ],
  ])('is told once with its end: %s', async (_what, script, expected) => {
    const server = await startServer(script);
    await client.call(server.url, GET).catch(() => undefined);
    expect(calls).toEqual([{ host: `127.0.0.1:${server.port}`, ms: expect.any(Number), ...expected }]);
  });

  it('that finds nobody is told as not sent', async () => {
    const server = await startServer(() => undefined);
    const { url } = server;
    await server.stop();
    await expect(client.call(url, GET)).rejects.toMatchObject({ name: 'NotSent' });
    expect(calls).toMatchObject([{ result: 'not_sent', reason: 'connect' }]);
  });

  it('tells the host alone: no path, query, header or body', async () => {
    const server = await startServer(saying('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\ncanary-body'));
    await client.call(server.url, GET);
    expect(server.url).toContain('canary');
    expect(JSON.stringify(calls)).not.toMatch(/canary|token/);
  });

  it('a connection that carried no request is no call', async () => {
    const server = await startServer(() => undefined);
    (await client.open(server.url)).close();
    expect(calls).toEqual([]);
  });

  it('takes what lay between connecting and sending for no part of its time', async () => {
    const server = await startServer(saying('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    const startedAt = performance.now();
    const connection = await client.open(server.url);
    while (performance.now() - startedAt < 200); // as a mark that the database is slow to take
    await connection.send(GET);
    expect(calls[0]?.ms).toBeLessThan(150);
  });
});
