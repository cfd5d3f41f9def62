import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callApi } from './support/api-client.js';
import { composed } from './support/compose-file.js';
import { eventually } from './support/eventually.js';
import { accessLog, type Front, startFront } from './support/haproxy.js';
import { ManagedProcess } from './support/managed-process.js';
import { claimPorts } from './support/ports.js';
import { type System, startSystem } from './support/system.js';

const addresses = ['127.0.0.31', '127.0.0.32'];

describe('two api replicas behind HAProxy', () => {
  let system: System;
  let replicas: ManagedProcess[];
  let front: Front;

  beforeAll(async () => {
    const shared = { KEY_RING: `k1:${randomBytes(32).toString('base64')}`, QUEUE_PREFIX: `gkr${randomBytes(6).toString('hex')}` };
    system = await startSystem({ worker: 0, env: shared });
    const [port] = (await claimPorts(1)) as [number];
    const env = {
      ...shared,
      NODE_ENV: 'production',
      DATABASE_URL: system.databaseUrl,
      PUBLIC_URL: system.publicUrl,
      TRUST_PROXY: 'true',
      DRAIN_SECONDS: (await composed(['docker-compose.yml'])).services.api?.environment?.DRAIN_SECONDS ?? '',
    };
    replicas = addresses.map(
      (address) =>
        new ManagedProcess({
          name: address,
          program: 'apps/api/dist/main.js',
          env: { ...env, HOST: address, PORT: String(port) },
          readyMessage: 'listening',
          url: `http://${address}:${port}`,
        }),
    );
    await Promise.all(replicas.map((replica) => replica.start()));
    front = await startFront({ addresses, port });
    await bothServe();
  });
  afterAll(async () => {
    await front?.stop();
    await Promise.all((replicas ?? []).map((replica) => replica.stop()));
    await system?.stop();
  });

  const ask = () => callApi(front.url, 'GET', '/v1/assistants', { token: system.operator.token });
  const bothServe = () =>
    eventually(
      async () => {
        const from = accessLog(front).length;
        for (let left = 4; left > 0; left -= 1) expect((await ask()).status).toBe(200);
        await eventually(() => expect(accessLog(front).length).toBeGreaterThanOrEqual(from + 4));
        expect(
          new Set(
            accessLog(front)
              .slice(from)
              .map(({ server }) => server),
          ).size,
        ).toBe(2);
      },
      { withinMs: 30_000 },
    );

  it('answer every request while one after another is restarted', async () => {
    const statuses: Record<number, number> = {};
    let restarting = true;
    const clients = Array.from({ length: 4 }, async () => {
      while (restarting) {
        const { status } = await ask();
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
    });
    for (const replica of replicas) {
      expect((await replica.stop()).code).toBe(0);
      await replica.start();
      await bothServe();
    }
    restarting = false;
    await Promise.all(clients);

    expect(statuses).toEqual({ 200: expect.any(Number) });
    expect(statuses[200]).toBeGreaterThan(100);
  });

  it('are followed by one correlation id, which the answer and the log of HAProxy hold', async () => {
    const { headers } = await callApi(front.url, 'GET', '/v1/assistants', {
      token: system.operator.token,
      headers: { 'x-correlation-id': 'from-the-client' },
    });
    expect(headers.get('x-correlation-id')).toBe('from-the-client');
    await eventually(() => expect(accessLog(front).map(({ correlationId }) => correlationId)).toContain('from-the-client'));
  });
});
