import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type RunningPostgres, startPostgres } from './postgres.js';
import { copyBinaries, findPostgres } from './postgres-binaries.js';
import { isAlive, poll } from './processes.js';

const isRoot = process.getuid?.() === 0;
const started: RunningPostgres[] = [];
const left: string[] = [];
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gk pg '));
  chmodSync(folder, 0o755);
  left.push(folder);
});
afterEach(async () => {
  for (const server of started.splice(0)) {
    await server.stop();
    if (server.dataDir.startsWith('/var/tmp/grantkeeper-')) left.push(join(server.dataDir, '..'));
  }
  for (const path of left.splice(0)) rmSync(path, { recursive: true, force: true });
}, 20_000);

async function start(dataDir = join(folder, 'data'), settings = { fsync: 'off' }): Promise<RunningPostgres> {
  const server = await startPostgres({ dataDir, settings });
  started.push(server);
  return server;
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', () => {
  it('keeps what was committed over a stop and over a kill, in a path with a space', async () => {
    const first = await start();
    const url = await first.createDatabase('app');
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS n');
    await first.stop();
    const second = await start();
    await query(await second.createDatabase('app'), 'INSERT INTO kept VALUES (2)');
    second.kill();
    const third = await start();
    expect(await query(await third.createDatabase('app'), 'SELECT n FROM kept ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  }, 30_000);

  it('is UTF-8 with locale C, asks for a password and listens on the loopback only', async () => {
    const server = await start();
    const facts = await query(
      server.url,
      "SELECT pg_encoding_to_char(encoding) AS encoding, datcollate, current_setting('listen_addresses') AS address FROM pg_database LIMIT 1",
    );
    expect(facts).toEqual([{ encoding: 'UTF8', datcollate: 'C', address: '127.0.0.1' }]);
    await expect(query(server.url.replace(/:[^:@]+@/, ':guessed@'), 'SELECT 1')).rejects.toThrow('password');
    expect(statSync(join(server.dataDir, 'password')).mode & 0o077).toBe(0);
  }, 30_000);

  it('clones a database from a template', async () => {
    const server = await start();
    await query(await server.createDatabase('template'), 'CREATE TABLE t AS SELECT 7 AS n');
    expect(await query(await server.createDatabase('clone', 'template'), 'SELECT n FROM t')).toEqual([{ n: 7 }]);
  }, 30_000);

  it('takes over a server whose parent was killed', async () => {
    const dataDir = join(folder, 'data');
    const launcher = fileURLToPath(new URL('../dist/postgres.js', import.meta.url));
    const program = `const { startPostgres } = await import(${JSON.stringify(launcher)}); console.log((await startPostgres({ dataDir: ${JSON.stringify(dataDir)} })).pid); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (chunk: Buffer) => resolve(Number(chunk.toString()))),
    );
    parent.kill('SIGKILL');
    await poll(() => parent.signalCode !== null, 5_000);
    const server = await start(dataDir);
    expect(server).toMatchObject({ pid, adopted: true });
    await server.stop();
    expect(isAlive(pid)).toBe(false);
  }, 30_000);

  it('begins again after an interrupted initdb', async () => {
    const dataDir = join(folder, 'data');
    mkdirSync(join(dataDir, 'cluster.unfinished', 'base'), { recursive: true });
    writeFileSync(join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18\n');
    mkdirSync(join(dataDir, 'cluster', 'global'), { recursive: true });
    expect(await query((await start(dataDir)).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(existsSync(join(dataDir, 'cluster.unfinished'))).toBe(false);
  }, 30_000);

  it('starts although the number in a stale lock file belongs to another program now', async () => {
    const first = await start();
    await first.stop();
    const lock = [
      String(process.pid),
      join(first.dataDir, 'cluster'),
      '1',
      String(first.port),
      '',
      '127.0.0.1',
      '0 0',
      'ready',
    ].join('\n');
    writeFileSync(join(first.dataDir, 'cluster', 'postmaster.pid'), `${lock}\n`);
    expect(await start()).toMatchObject({ adopted: false });
  }, 30_000);

  it('cuts its sessions when it stops', async () => {
    const server = await start();
    const session = createConnection({ port: server.port, host: '127.0.0.1' });
    session.on('error', () => undefined);
    await new Promise((resolve) => session.once('connect', resolve));
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
    session.destroy();
  }, 30_000);
});

if (isRoot) {
  describe('embedded PostgreSQL started by root', () => {
    it('puts the data outside a folder that its own user cannot enter, and finds them again', async () => {
      chmodSync(folder, 0o700);
      const first = await start();
      expect(first.dataDir).toMatch(/^\/var\/tmp\/grantkeeper-/);
      await query(await first.createDatabase('app'), 'CREATE TABLE kept AS SELECT 1 AS n');
      await first.stop();
      expect(await query(await (await start()).createDatabase('app'), 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
    }, 30_000);

    it('begins anew outside when the folder inside was deleted', async () => {
      chmodSync(folder, 0o700);
      const first = await start();
      await first.stop();
      rmSync(join(folder, 'data'), { recursive: true });
      const second = await start();
      expect(second.dataDir).not.toBe(first.dataDir);
      expect(existsSync(first.dataDir)).toBe(false);
    }, 30_000);

    it('refuses a folder outside that somebody else made', async () => {
      chmodSync(folder, 0o700);
      const first = await start();
      await first.stop();
      chmodSync(join(first.dataDir, '..'), 0o777);
      await expect(start()).rejects.toThrow('made by somebody else');
    }, 30_000);

    it('copies binaries that another user can run', async () => {
      const copy = await copyBinaries(findPostgres(), folder);
      const run = spawnSync(join(copy.root, 'bin', 'postgres'), ['--version'], { uid: 65534, gid: 65534, cwd: '/' });
      expect(run.stdout.toString()).toContain('(PostgreSQL) 18');
    }, 30_000);
  });
}
