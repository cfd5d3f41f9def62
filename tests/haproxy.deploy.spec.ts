import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { callApi } from './support/api-client.js';
import { composed } from './support/compose-file.js';
import { type Echo, type EchoReplica, startEchoReplica } from './support/echo-replica.js';
import { eventually } from './support/eventually.js';
import { accessLog, type Front, startFront } from './support/haproxy.js';
import { claimPorts } from './support/ports.js';
import { Program, run } from './support/program.js';

const addresses: [string, string] = ['127.0.0.21', '127.0.0.22'];
let port: number;
let replicas: [EchoReplica, EchoReplica];
let front: Front;

const ask = (path = '/', headers: Record<string, string> = {}) => callApi<Echo>(front.url, 'GET', path, { headers });
const requests = () => replicas[0].requests + replicas[1].requests;
/** Who answers 40 requests in a row. */
async function whoAnswers(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let left = 40; left > 0; left -= 1) {
    const { status, body } = await ask();
    const who = status === 200 ? body.replica : String(status);
    counts[who] = (counts[who] ?? 0) + 1;
  }
  return counts;
}
const bothAnswer = () => eventually(async () => expect(await whoAnswers()).toEqual({ a: 20, b: 20 }), { withinMs: 20_000 });

beforeAll(async () => {
  [port] = (await claimPorts(1)) as [number];
  replicas = [await startEchoReplica('a', addresses[0], port), await startEchoReplica('b', addresses[1], port)];
});
afterAll(async () => {
  await Promise.all((replicas ?? []).map((replica) => replica.stop()));
});

describe('HAProxy in front of the replicas', () => {
  let longPoll: Promise<{ status: number; ms: number }>;

  beforeAll(async () => {
    front = await startFront({ addresses: [...addresses], port });
    await bothAnswer();
    for (const replica of replicas) replica.answerAfterMs = 60_000;
    const asked = requests();
    const began = performance.now();
    longPoll = ask('/v1/token').then(({ status }) => ({ status, ms: performance.now() - began }));
    await eventually(() => expect(requests()).toBe(asked + 1));
    for (const replica of replicas) replica.answerAfterMs = 0;
  });
  beforeEach(() => bothAnswer());
  afterEach(() => {
    front.dns.addresses = [...addresses];
    for (const replica of replicas) replica.isReady = true;
  });
  afterAll(() => front?.stop());

  /** The exit code of the health check that docker-compose.yml gives the container. */
  async function ownHealth(): Promise<number | null> {
    const [, command = '', ...args] = (await composed(['docker-compose.yml'])).services.haproxy?.healthcheck?.test ?? [];
    const here = args.map((arg) => arg.replace('127.0.0.1/8404', front.healthUrl.replace('http://', '').replace(':', '/')));
    return new Program({ command, args: here, env: { PATH: process.env.PATH ?? '' } }).exited();
  }

  it('asks only replicas that are ready, and each again as soon as it is', async () => {
    replicas[1].isReady = false;
    await eventually(async () => expect(await whoAnswers()).toEqual({ a: 40 }), { withinMs: 20_000 });
    replicas[1].isReady = true;
    await bothAnswer();
  });

  it('finds replicas that DNS tells of, and forgets those that it no longer tells', async () => {
    front.dns.addresses = [addresses[1]];
    await eventually(async () => expect(await whoAnswers()).toEqual({ b: 40 }), { withinMs: 30_000 });
    front.dns.addresses = [...addresses];
    await bothAnswer();
  });

  it('answers 503 with a problem and Retry-After where no replica is ready, and is then unhealthy itself', async () => {
    expect(await ownHealth()).toBe(0);
    for (const replica of replicas) replica.isReady = false;
    const answer = await eventually(
      async () => {
        const answer = await ask();
        expect(answer.status).toBe(503);
        return answer;
      },
      { withinMs: 20_000 },
    );
    expect(answer.body).toMatchObject({ code: 'http.unavailable', status: 503 });
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await ownHealth()).not.toBe(0);
  });

  it('replaces what a client says of where it comes from', async () => {
    const claimed = {
      forwarded: 'for=203.0.113.9',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-port': '1',
      'x-forwarded-prefix': '/evil',
      'x-real-ip': '203.0.113.9',
      via: 'evil',
    };
    const { headers } = (await ask('/', claimed)).body;
    const told = Object.entries(headers).filter(([name]) => /forwarded|real-ip|via/.test(name));
    expect(Object.fromEntries(told)).toEqual({
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': new URL(front.url).host,
      'x-forwarded-proto': 'http',
    });
  });

  it('refuses a body of more than 64 KiB itself, and passes one of 64 KiB', async () => {
    const asked = requests();
    const tooLarge = await callApi(front.url, 'POST', '/v1/token', { body: 'x'.repeat(65_537) });
    expect(tooLarge).toMatchObject({ status: 413, body: { code: 'http.body-too-large' } });
    expect(requests()).toBe(asked);
    expect((await callApi(front.url, 'POST', '/v1/token', { body: 'x'.repeat(65_536) })).status).toBe(200);
  });

  it('logs each request without path, query and headers, which hold links and codes', async () => {
    const from = accessLog(front).length;
    await ask('/callback/canary-path?code=canary-code&state=canary-state', { authorization: 'Bearer canary-key' });
    await eventually(() => expect(accessLog(front).length).toBeGreaterThan(from));
    expect(accessLog(front).at(-1)).toMatchObject({ method: 'GET', status: 200, server: expect.stringMatching(/^api-\d+$/) });
    expect(front.haproxy.log.lines.map(({ text }) => text).join('\n')).not.toContain('canary');
  });

  it('ends a request that is sent too slowly, without asking a replica', async () => {
    const asked = requests();
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1');
    socket.write('POST /v1/token HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n{');
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string;
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(requests()).toBe(asked);
  });

  it('lets a long poll wait for 60 seconds', async () => {
    const { status, ms } = await longPoll;
    expect(status).toBe(200);
    expect(ms).toBeGreaterThanOrEqual(60_000);
  }, 90_000);
});

describe('HAProxy with TLS, behind a load balancer', () => {
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'gk-tls-'));
    const [key, certificate] = [join(folder, 'key'), join(folder, 'certificate')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
    const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate, ...subject];
    await run({ command: 'openssl', args: request, env: { PATH: process.env.PATH ?? '' } });
    writeFileSync(join(folder, 'tls.pem'), readFileSync(certificate, 'utf8') + readFileSync(key, 'utf8'), { mode: 0o444 });
    front = await startFront({ addresses: [...addresses], port }, { TLS_PEM: join(folder, 'tls.pem'), ACCEPT_PROXY: '1' });
  });
  afterAll(async () => {
    await front?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A plain request that a load balancer passes on, with the address of its client. */
  async function throughBalancer(path: string): Promise<string> {
    const socket = connect(Number(new URL(front.url).port), '127.0.0.1');
    socket.write(
      `PROXY TCP4 203.0.113.7 127.0.0.1 40000 80\r\nGET ${path} HTTP/1.1\r\nhost: grants.example.com\r\nconnection: close\r\n\r\n`,
    );
    let answer = '';
    for await (const chunk of socket.setEncoding('utf8')) answer += chunk as string;
    return answer;
  }
  const overTls = () =>
    new Promise<{ status: number | undefined; hsts: unknown; body: string }>((resolve, reject) => {
      const request = get(front.tlsUrl, { ca: readFileSync(join(folder, 'certificate')) }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode, hsts: response.headers['strict-transport-security'], body }),
        );
      });
      request.on('error', reject);
    });

  it('speaks TLS, and tells replicas and browsers so', async () => {
    const answer = await eventually(async () => {
      const answer = await overTls();
      expect(answer.status).toBe(200);
      return answer;
    });
    expect((JSON.parse(answer.body) as Echo).headers['x-forwarded-proto']).toBe('https');
    expect(answer.hsts).toMatch(/max-age=\d+/);
  });

  it('sends plain requests to https, but for health checks', async () => {
    expect(await throughBalancer('/docs')).toMatch(/^HTTP\/1\.1 308 [\s\S]*location: https:\/\/grants\.example\.com\/docs\r\n/i);
    await eventually(async () => expect(await throughBalancer('/health/live')).toMatch(/^HTTP\/1\.1 200 /));
  });

  it("believes the load balancer's word on who the client is", async () => {
    const answer = await eventually(async () => {
      const answer = await throughBalancer('/health/live');
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
      return answer;
    });
    expect(answer).toContain('"x-forwarded-for":"203.0.113.7"');
    expect((await fetch(`${front.healthUrl}/ready`)).status).toBe(200);
  });
});
