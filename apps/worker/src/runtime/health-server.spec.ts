import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Health, HealthServer } from './health-server.js';

let health: () => Promise<Health>;
let server: HealthServer;
let port: number;

beforeEach(async () => {
  health = () => Promise.resolve({ down: [], degraded: [] });
  server = new HealthServer(() => health());
  port = await server.listen(0);
});
afterEach(() => server.close());

function ask(path: string, method = 'GET'): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    request({ port, path, method, host: '127.0.0.1', agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, body: text === '' ? null : JSON.parse(text) }));
    })
      .once('error', reject)
      .end();
  });
}

describe('the worker’s health', () => {
  it('is live and ready when all is well', async () => {
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
    expect(await ask('/health/ready')).toEqual({ status: 200, body: { status: 'ready', down: [], degraded: [] } });
  });

  it('is ready, and names what is degraded', async () => {
    health = () => Promise.resolve({ down: [], degraded: ['queue'] });
    expect(await ask('/health/ready')).toMatchObject({ status: 200, body: { status: 'ready', degraded: ['queue'] } });
  });

  it('is live and not ready while something is down', async () => {
    health = () => Promise.resolve({ down: ['database'], degraded: [] });
    expect(await ask('/health/ready')).toMatchObject({ status: 503, body: { status: 'not ready', down: ['database'] } });
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
  });

  it('is not ready when nobody can say how it is, and the worker goes on', async () => {
    health = () => Promise.reject(new Error('canary'));
    const { status, body } = await ask('/health/ready');
    expect(status).toBe(503);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
  });

  it('tells nothing else', async () => {
    expect(await ask('/')).toMatchObject({ status: 404 });
    expect(await ask('/health')).toMatchObject({ status: 404 });
    expect(await ask('/health/ready', 'POST')).toMatchObject({ status: 405 });
  });

  it('is not told on a port that is taken: the worker does not start', async () => {
    const second = new HealthServer(() => health());
    await expect(second.listen(port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('is closed although somebody keeps a connection to it', async () => {
    health = () => new Promise(() => undefined);
    const hanging = ask('/health/ready').catch((error: NodeJS.ErrnoException) => error.code);
    await ask('/health/live');
    await server.close();
    expect(await hanging).toBe('ECONNRESET');
    await expect(ask('/health/live')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});
