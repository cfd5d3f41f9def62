import { afterEach, describe, expect, it } from '@jest/globals';
import { onRequest, type Script, ScriptedServer, saying, withEnvironment } from '../test-fixtures/scripted-server.js';
import { GuardedClient } from './guarded-client.js';
import type { OutboundLimits } from './outbound-limits.js';
import { OutboundPolicy } from './outbound-policy.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
const GET = { method: 'GET' as const, headers: {} };
const onLoopback = (limits: Partial<OutboundLimits> = {}) => new GuardedClient(OutboundPolicy.parse('127.0.0.0/8'), limits);

const servers: ScriptedServer[] = [];
async function startServer(script: Script, host?: string, port?: number): Promise<ScriptedServer> {
  const server = await ScriptedServer.start(script, host, port);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('a guarded call', () => {
  it('sends one request and gives the whole answer with the instants around it', async () => {
    const server = await startServer(saying(OK));
    const before = Date.now();
    const answer = await onLoopback().call(server.url, {
      method: 'POST',
      headers: { Authorization: 'Basic abc', 'content-type': 'application/x-www-form-urlencoded' },
      body: 'code=ä',
    });
    expect(answer).toMatchObject({ status: 200, body: '{}', truncated: false });
    expect(answer.headers).toEqual({ 'content-type': 'application/json', 'content-length': '2' });
    expect(answer.sentAt.getTime()).toBeGreaterThanOrEqual(before);
    expect(answer.receivedAt.getTime()).toBeGreaterThanOrEqual(answer.sentAt.getTime());

    const [head, body] = server.received.split('\r\n\r\n');
    expect(head?.split('\r\n').sort()).toEqual(
      [
        'POST /token?assertion=canary-query HTTP/1.1',
        `host: 127.0.0.1:${server.port}`,
        'accept-encoding: identity',
        'authorization: Basic abc',
        'content-type: application/x-www-form-urlencoded',
        'content-length: 7',
        'connection: keep-alive',
      ].sort(),
    );
    expect(Buffer.from(body ?? '', 'latin1').toString()).toBe('code=ä');
  });

  it('keeps the headers that name the host and frame the message to itself', async () => {
    const server = await startServer(saying(OK));
    const headers = {
      Host: 'other.test',
      'Content-Length': '0',
      'transfer-encoding': 'chunked',
      Connection: 'close',
      Expect: '100-continue',
      Upgrade: 'h2c',
    };
    await onLoopback().call(server.url, { method: 'POST', headers, body: 'a=b' });
    const head = server.received.toLowerCase();
    expect(head).toContain(`host: 127.0.0.1:${server.port}\r\n`);
    expect(head).toContain('content-length: 3\r\n');
    expect(head).toContain('connection: keep-alive\r\n');
    expect(head).not.toMatch(/other\.test|chunked|close|expect:|upgrade:/);
    expect(head.endsWith('\r\n\r\na=b')).toBe(true);
  });

  it('says content-length 0 for a POST without a body, and none for a GET', async () => {
    const server = await startServer(saying(OK));
    await onLoopback().call(server.url, { method: 'POST', headers: {} });
    expect(server.received).toContain('content-length: 0');
    server.received = '';
    await onLoopback().call(server.url, GET);
    expect(server.received).not.toContain('content-length');
  });

  it.each([301, 302, 303, 307, 308])('gives a %i as the answer and follows it nowhere', async (status) => {
    const elsewhere = await startServer(saying(OK));
    const server = await startServer(
      saying(`HTTP/1.1 ${status} Moved\r\nLocation: ${elsewhere.url}\r\nContent-Length: 0\r\n\r\n`),
    );
    const answer = await onLoopback().call(server.url, { method: 'POST', headers: {}, body: 'secret' });
    expect(answer).toMatchObject({ status, headers: { location: elsewhere.url }, body: '' });
    expect(elsewhere.sockets).toHaveLength(0);
    expect(server.sockets).toHaveLength(1);
  });

  it.each([400, 401, 429, 500, 503])('gives a complete %i as an answer', async (status) => {
    const server = await startServer(saying(`HTTP/1.1 ${status} X\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nfull`));
    await expect(onLoopback().call(server.url, GET)).resolves.toMatchObject({
      status,
      body: 'full',
      headers: { 'retry-after': '7' },
    });
  });

  it('joins repeated headers and keeps a hostile name an ordinary one', async () => {
    const server = await startServer(
      saying(
        'HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nX-A: 1\r\nX-A: 2\r\n__proto__: x\r\nContent-Length: 0\r\n\r\n',
      ),
    );
    const { headers } = await onLoopback().call(server.url, GET);
    expect(headers['set-cookie']).toBe('a=1, b=2');
    expect(headers['x-a']).toBe('1, 2');
    expect(Object.getPrototypeOf(headers)).toBe(Object.prototype);
  });

  it('closes the connection after the answer', async () => {
    const server = await startServer((socket) => onRequest(socket, () => socket.write(OK)));
    await onLoopback().call(server.url, GET);
    await server.closed();
  });

  it('reaches an address of IPv6 and one by its allowed origin', async () => {
    const server = await startServer(saying(OK), '::1');
    const client = new GuardedClient(OutboundPolicy.parse(`http://[::1]:${server.port}`));
    await expect(client.call(`http://[::1]:${server.port}/`, GET)).resolves.toMatchObject({ status: 200 });
    expect(server.received).toContain(`host: [::1]:${server.port}\r\n`);
  });

  it('opens without sending a byte', async () => {
    const server = await startServer(saying(OK));
    const connection = await onLoopback().open(server.url);
    await onLoopback().call(server.url, GET);
    expect(server.sockets[0]?.bytesRead).toBe(0);
    connection.close();
  });

  it('carries one request only, and does not pass a second off as not sent', async () => {
    const server = await startServer(saying(OK));
    const connection = await onLoopback().open(server.url);
    await connection.send(GET);
    const again = connection.send(GET);
    await expect(again).rejects.toThrow('A connection carries one request only.');
    await expect(again).rejects.not.toMatchObject({ name: 'NotSent' });
  });
});

describe('the address connected to', () => {
  it('is the one that was checked, when the next answer of DNS would be another', async () => {
    const checked = await startServer(saying(OK), '127.0.0.2');
    const inner = await startServer(saying(OK), '127.0.0.1', checked.port);
    const answers = [['127.0.0.2'], ['127.0.0.1']];
    let asked = 0;
    const client = new GuardedClient(OutboundPolicy.parse('127.0.0.2/32'), { lookup: async () => answers[asked++] ?? [] });
    const url = `http://rebinding.test:${checked.port}/`;

    await client.call(url, GET);
    expect(asked).toBe(1);
    expect(checked.sockets).toHaveLength(1);

    await expect(client.call(url, GET)).rejects.toMatchObject({ name: 'NotSent', reason: 'refused_scheme' });
    expect(inner.sockets).toHaveLength(0);
  });

  it('is the next one when the first does not answer', async () => {
    const server = await startServer(saying(OK), '127.0.0.3');
    const client = onLoopback({ lookup: async () => ['127.0.0.4', '127.0.0.3'] });
    await expect(client.call(`http://provider.test:${server.port}/`, GET)).resolves.toMatchObject({ status: 200 });
    expect(server.received).toContain(`host: provider.test:${server.port}\r\n`);
  });

  it('is one of IPv4 where a host has many of IPv6 and none can be reached', async () => {
    const server = await startServer(saying(OK), '127.0.0.3');
    const lookup = async () => [...Array<string>(8).fill('::1'), '127.0.0.3'];
    const client = new GuardedClient(OutboundPolicy.parse('127.0.0.0/8,::1/128'), { lookup });
    await expect(client.call(`http://provider.test:${server.port}/`, GET)).resolves.toMatchObject({ status: 200 });
  });

  it('is never a proxy of the environment', async () => {
    const proxy = await startServer(saying(OK));
    const server = await startServer(saying(OK));
    const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
    const variables = Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${proxy.port}`]));
    await withEnvironment({ ...variables, NODE_USE_ENV_PROXY: '1' }, async () => {
      await onLoopback().call(server.url, GET);
    });
    expect(server.sockets).toHaveLength(1);
    expect(proxy.sockets).toHaveLength(0);
  });
});
