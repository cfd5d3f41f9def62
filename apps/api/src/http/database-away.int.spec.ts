import { connect, createServer, type Server, type Socket } from 'node:net';
import { freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { environment } from '../../test-fixtures/running-api.js';
import { createApplication } from '../application.js';
import { ApiConfig } from '../config.js';

/** A way to PostgreSQL that can be cut and mended. */
class Cable {
  private server: Server | undefined;
  private readonly sockets = new Set<Socket>();
  private port = 0;

  constructor(private readonly to: URL) {}

  async plug(): Promise<string> {
    this.server = createServer((near) => {
      const far = connect(Number(this.to.port), this.to.hostname);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => [near, far].map((one) => one.destroy()));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => this.server?.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as { port: number }).port;
    return Object.assign(new URL(this.to), { host: `127.0.0.1:${this.port}` }).href;
  }

  async cut(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}

describe('while PostgreSQL is away', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let cable: Cable;
  let app: NestFastifyApplication;
  const get = (url: string) => app.inject({ method: 'GET', url, headers: { authorization: `Bearer gko_${'a'.repeat(43)}` } });

  beforeAll(async () => {
    database = await freshDatabase();
    cable = new Cable(new URL(database.url));
    app = await createApplication(ApiConfig.read(environment(await cable.plug())));
  });
  afterAll(async () => {
    await app.close();
    await cable.cut();
    await database.drop();
  });

  it('calls are answered with 503 and Retry-After, readiness names it, nothing of the failure is shown, and it heals', async () => {
    expect((await get('/v1/assistants')).statusCode).toBe(401);
    await cable.cut();

    const away = await get('/v1/assistants');
    expect([away.statusCode, away.json().code, away.headers['retry-after']]).toEqual([503, 'http.unavailable', '2']);
    expect(away.body).not.toMatch(/ECONN|127\.0\.0\.1|postgres|terminat/i);
    const ready = await get('/health/ready');
    expect([ready.statusCode, ready.json()]).toEqual([
      503,
      { status: 'not_ready', degraded: expect.arrayContaining(['database']) },
    ]);
    expect((await get('/health/live')).statusCode).toBe(200);

    await cable.plug();
    expect((await get('/v1/assistants')).statusCode).toBe(401);
    expect((await get('/health/ready')).statusCode).toBe(200);
  });
});
