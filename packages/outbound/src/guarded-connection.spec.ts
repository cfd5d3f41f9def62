import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { fixture, type Script, ScriptedServer, saying, withEnvironment } from '../test-fixtures/scripted-server.js';
import { GuardedClient } from './guarded-client.js';
import type { OutboundLimits } from './outbound-limits.js';
import { OutboundPolicy } from './outbound-policy.js';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}';
const POST = { method: 'POST' as const, headers: {}, body: 'canary-body' };
const policy = OutboundPolicy.parse('127.0.0.0/8');
const client = (limits: Partial<OutboundLimits> = {}) =>
  new GuardedClient(policy, { ca: fixture('authority.pem'), lookup: async () => ['127.0.0.1'], ...limits });

const servers: ScriptedServer[] = [];
async function startTls(certificate: string, script: Script = saying(OK), options?: TlsOptions): Promise<ScriptedServer> {
  const server = await ScriptedServer.startTls(script, certificate, options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('TLS', () => {
  it.each(['provider.test', 'provider.test.', '127.0.0.1'])('lets %s with its own certificate be called', async (host) => {
    const names: (string | false | null)[] = [];
    const server = await startTls('good.pem', saying(OK), {
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    });
    await expect(client().call(`https://${host}:${server.port}/`, POST)).resolves.toMatchObject({ status: 200, body: '{}' });
    expect(names).toEqual(host === '127.0.0.1' ? [] : ['provider.test']);
  });

  it.each(['self-signed.pem', 'other-host.pem', 'expired.pem'])(
    'sends nothing to a server whose certificate is %s',
    async (certificate) => {
      const server = await startTls(certificate);
      const calling = client().call(`https://provider.test:${server.port}/`, POST);
      await expect(calling).rejects.toMatchObject({ name: 'NotSent', reason: 'tls' });
      await server.closed();
      expect(server.received).toBe('');
    },
  );

  it('trusts no authority it was not told of', async () => {
    const server = await startTls('good.pem');
    const stranger = new GuardedClient(policy, { lookup: async () => ['127.0.0.1'] });
    await expect(stranger.open(`https://provider.test:${server.port}/`)).rejects.toMatchObject({ reason: 'tls' });
  });

  it('goes on verifying when the environment says not to', async () => {
    const server = await startTls('self-signed.pem');
    await withEnvironment({ NODE_TLS_REJECT_UNAUTHORIZED: '0' }, async () => {
      await expect(client().open(`https://provider.test:${server.port}/`)).rejects.toMatchObject({ reason: 'tls' });
    });
  });

  it('asks for a certificate of the address itself where the URL holds an address', async () => {
    const server = await startTls('names-only.pem');
    await expect(client().open(`https://127.0.0.1:${server.port}/`)).rejects.toMatchObject({ reason: 'tls' });
    (await client().open(`https://provider.test:${server.port}/`)).close();
  });

  it('refuses a server that speaks only TLS 1.1', async () => {
    const server = await startTls('good.pem', saying(OK), {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    await expect(client().open(`https://provider.test:${server.port}/`)).rejects.toMatchObject({ reason: 'tls' });
  });

  it('sends nothing to a server that speaks plain http on that port', async () => {
    const server = await ScriptedServer.start((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    servers.push(server);
    const opening = client({ connectMs: 300 }).open(`https://provider.test:${server.port}/`);
    await expect(opening).rejects.toMatchObject({ name: 'NotSent', reason: 'tls' });
    expect(server.received).not.toContain('canary');
  });

  it('takes a server that ends or resets the handshake for one that could not be reached', async () => {
    const onHello =
      (then: (socket: Socket) => void): Script =>
      (socket) =>
        socket.once('data', () => then(socket));
    for (const script of [onHello((socket) => socket.end()), onHello((socket) => socket.resetAndDestroy())]) {
      const server = await ScriptedServer.start(script);
      servers.push(server);
      await expect(client().open(`https://provider.test:${server.port}/`)).rejects.toMatchObject({ reason: 'connect' });
    }
  });

  it('knows that nothing was sent when the server had hung up after the handshake', async () => {
    const server = await startTls('good.pem', (socket) => socket.end());
    const connection = await client().open(`https://provider.test:${server.port}/`);
    await server.closed();
    await expect(connection.send(POST)).rejects.toMatchObject({ name: 'NotSent', reason: 'closed' });
    expect(server.received).toBe('');
  });

  it('closes the connection of a handshake that is given up, and of one that is closed unused', async () => {
    const silent = await ScriptedServer.start(() => {});
    servers.push(silent);
    await expect(client({ connectMs: 100 }).open(`https://provider.test:${silent.port}/`)).rejects.toMatchObject({
      reason: 'connect',
    });
    await silent.closed();

    const server = await startTls('good.pem');
    (await client().open(`https://provider.test:${server.port}/`)).close();
    await server.closed();
  });
});

describe('a connection that does not come about', () => {
  it('is not sent when the name does not resolve, for one of three reasons', async () => {
    const failing = async () => {
      throw Object.assign(new Error('canary'), { code: 'ENOTFOUND' });
    };
    const calls = [
      client({ lookup: failing }).call('https://provider.test/', POST),
      client({ lookup: async () => [] }).call('https://provider.test/', POST),
      client({ lookup: () => new Promise(() => {}), connectMs: 50 }).call('https://provider.test/', POST),
    ];
    for (const call of calls) await expect(call).rejects.toMatchObject({ name: 'NotSent', reason: 'dns' });
    await expect(calls[0]).rejects.toThrow('provider.test could not be resolved (ENOTFOUND).');
    await expect(calls[2]).rejects.toThrow('timed out');
  });

  it('is not sent when a name is unknown to the real resolver', async () => {
    const real = new GuardedClient(policy);
    await expect(real.open('https://no-such-host.invalid/')).rejects.toMatchObject({ name: 'NotSent', reason: 'dns' });
  });

  it('is not sent when the port is closed', async () => {
    const server = await ScriptedServer.start(() => {});
    const { url } = server;
    await server.stop();
    await expect(client().call(url, POST)).rejects.toMatchObject({ name: 'NotSent', reason: 'connect' });
  });
});
