import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type ComposeFile, type ComposeService, composed, makeSecrets } from './support/compose-file.js';

let file: ComposeFile;
let services: [string, ComposeService][];
const named = (name: string): ComposeService => {
  const service = file.services[name];
  if (!service) throw new Error(`there is no service ${name}`);
  return service;
};
const secretsOf = ({ secrets }: ComposeService) => (secrets ?? []).map(({ source }) => source);

beforeAll(async () => {
  file = await composed(['docker-compose.yml']);
  services = Object.entries(file.services);
});

describe('docker-compose.yml', () => {
  it('is taken by docker-compose as it stands, and with TLS', async () => {
    expect(Object.keys(file.services).sort()).toEqual(['api', 'haproxy', 'migrate', 'postgres', 'redis', 'worker']);
    const withTls = await composed(['docker-compose.yml', 'deploy/tls.compose.yml']);
    expect(withTls.services.haproxy?.environment?.TLS_PEM).toBe('/run/secrets/tls.pem');
  });

  it('gives no service more than it needs: no root, no capability, nothing to write but what it names, limits', () => {
    for (const [name, service] of services) {
      const isOurs = ['api', 'worker', 'migrate'].includes(name);
      expect({ name, ...service }).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        pids_limit: expect.any(Number),
        mem_limit: expect.stringMatching(/^\d+[mg]$/),
        restart: name === 'migrate' ? 'no' : 'unless-stopped',
      });
      expect(Number(service.cpus)).toBeGreaterThan(0);
      expect(isOurs ? 'by the image' : service.user).toMatch(/^(by the image|postgres|redis|haproxy)$/);
    }
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('watches over the health of every service that stays', () => {
    const watched = services.filter(([, { healthcheck }]) => healthcheck !== undefined).map(([name]) => name);
    expect(watched.sort()).toEqual(['api', 'haproxy', 'postgres', 'redis', 'worker']);
  });

  it('starts api and worker only when the migration has succeeded, and HAProxy when an api is ready', () => {
    expect(named('migrate').depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    for (const name of ['api', 'worker'])
      expect(named(name).depends_on).toMatchObject({ migrate: { condition: 'service_completed_successfully' } });
    expect(named('haproxy').depends_on).toEqual({ api: { condition: 'service_healthy' } });
  });

  it('lets api and worker be scaled: neither has a name or a port of its own', () => {
    for (const name of ['api', 'worker']) expect(named(name)).not.toMatchObject({ container_name: expect.anything() });
    expect(services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name)).toEqual(['haproxy']);
  });

  it('keeps PostgreSQL and Redis where only what needs them can reach them, and nothing leaves', () => {
    expect(file.networks.data).toEqual({ internal: true });
    for (const name of ['postgres', 'redis', 'migrate']) expect(Object.keys(named(name).networks)).toEqual(['data']);
    expect(Object.keys(named('haproxy').networks)).toEqual(['edge']);
  });

  it('keeps what must outlive a container on named volumes', () => {
    expect(Object.keys(file.volumes).sort()).toEqual(['postgres', 'redis', 'spill']);
    expect(named('worker').volumes?.join()).toContain(named('worker').environment?.SPILL_DIR);
    expect(named('postgres').volumes).toEqual([expect.stringMatching(/^postgres:\/var\/lib\/postgresql(:rw)?$/)]);
    expect(named('redis').volumes).toEqual([expect.stringMatching(/^redis:\/data(:rw)?$/)]);
  });

  it('hands out secrets as files, each to the services that read it and to no other', () => {
    for (const [name, service] of services) {
      const told = JSON.stringify([service.environment, service.command, service.healthcheck]);
      const read = [...told.matchAll(/\/run\/secrets\/([\w.]+)/g)].map(([, secret]) => secret);
      expect({ name, secrets: secretsOf(service).sort() }).toEqual({ name, secrets: [...new Set(read)].sort() });
      expect(Object.keys(service.environment ?? {}).filter((key) => /(PASSWORD|DATABASE_URL|REDIS_URL)$/.test(key))).toEqual([]);
    }
  });
});

describe('deploy/make-secrets.sh', () => {
  let folder: string;
  const content = (name: string) => readFileSync(join(folder, name), 'utf8').trim();

  beforeAll(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'gk-secrets-')), 'secrets');
  });
  afterAll(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('makes every secret that docker-compose.yml names, readable in the containers and closed on the host', async () => {
    expect(await makeSecrets(folder)).toEqual(Object.keys(file.secrets).sort());
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of Object.keys(file.secrets)) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o444);
    expect(KeyRing.read(`file:${join(folder, 'key_ring')}`).current.key).toHaveLength(32);
    expect(new URL(content('database_url')).password).toBe(content('postgres_password'));
    expect(new URL(content('redis_url')).password).toBe(content('redis_password'));
  });

  it('keeps what is there: a second run changes nothing, other keys would open nothing', async () => {
    const before = Object.keys(file.secrets).map(content);
    await makeSecrets(folder);
    expect(Object.keys(file.secrets).map(content)).toEqual(before);
  });
});
