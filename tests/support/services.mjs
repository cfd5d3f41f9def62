import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startPostgres } from '@grantkeeper/local-stack/postgres';
import { findRedisServer, startRedis } from '@grantkeeper/local-stack/redis';

const migrateProgram = fileURLToPath(new URL('../../packages/platform/dist/database/migrate.js', import.meta.url));
const watchdogProgram = fileURLToPath(new URL('./services-watchdog.mjs', import.meta.url));

/** Nothing in a test database outlives the run, so nothing needs to reach the disk. */
const postgresSettings = {
  fsync: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '300',
  shared_buffers: '128MB',
  autovacuum_naptime: '10s',
};

/** What this process started; null when it started nothing, also when an outer run's services are used. */
let started = null;

/** One PostgreSQL with a migrated template and one Redis for the whole run; their URLs go into the environment. */
export async function startServices() {
  if (started || process.env.GK_TEST_PG_URL) return;
  const folder = mkdtempSync(join(tmpdir(), 'gk-test-'));
  chmodSync(folder, 0o755); // PostgreSQL's own user must get in when we are root
  const watchdog = spawn(process.execPath, [watchdogProgram, folder], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
  started = { folder, watchdog, servers: [], foldersOutside: [] };
  try {
    await startEach(started);
  } catch (error) {
    await stopServices();
    throw error;
  }
}

/** Stops what this process started and removes its data. */
export async function stopServices() {
  if (!started) return;
  const { folder, watchdog, servers, foldersOutside } = started;
  started = null;
  await Promise.all(servers.map((server) => server.stop()));
  for (const path of [folder, ...foldersOutside]) rmSync(path, { recursive: true, force: true });
  watchdog.stdin.end('done\n');
  for (const name of ['GK_TEST_PG_URL', 'GK_TEST_PG_DATA', 'GK_TEST_REDIS_URL', 'GK_TEST_REDIS_DATA']) delete process.env[name];
}

async function startEach(run) {
  const postgres = await startPostgres({ dataDir: join(run.folder, 'postgres'), settings: postgresSettings });
  run.servers.push(postgres);
  run.foldersOutside.push(...foldersOutside(postgres));
  run.watchdog.stdin.write(`${[postgres.pid, ...run.foldersOutside].join(' ')}\n`);
  if (existsSync(migrateProgram)) {
    const url = await postgres.createDatabase('gk_template');
    await promisify(execFile)(process.execPath, [migrateProgram], { env: { ...process.env, DATABASE_URL: url } });
  }
  process.env.GK_TEST_PG_URL = postgres.url;
  process.env.GK_TEST_PG_DATA = postgres.dataDir;

  if (process.env.GK_TEST_REDIS === 'off' || findRedisServer() === null) return;
  const dataDir = join(run.folder, 'redis');
  const redis = await startRedis({ dataDir });
  run.servers.push(redis);
  run.watchdog.stdin.write(`${redis.pid}\n`);
  process.env.GK_TEST_REDIS_URL = redis.url;
  process.env.GK_TEST_REDIS_DATA = dataDir;
}

/** Where the launcher put data or binaries because PostgreSQL's user can't enter our folder. */
function foldersOutside({ dataDir, binDir }) {
  return [dataDir, binDir].flatMap((path) => path.match(/^\/var\/tmp\/grantkeeper-[^/]+/)?.[0] ?? []);
}
