import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './free-port.js';
import { type Cluster, postgresEnvironment } from './postgres-cluster.js';
import type { PostgresPlace } from './postgres-place.js';
import { readIfThere } from './private-file.js';
import { commandLineOf, isAlive, poll } from './processes.js';

export interface Server {
  pid: number;
  port: number;
  adopted: boolean;
}

const startTimeoutMs = 60_000; // crash recovery of a busy database takes its time

/** The connection string of one database of the cluster, as its superuser. */
export function databaseUrl(password: string, port: number, database: string): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Takes over the server that an ended parent left behind; undefined when there is none. */
export async function adoptServer(cluster: Cluster): Promise<Server | undefined> {
  const lock = readLock(cluster.pgdata);
  if (!lock || !isAlive(lock.pid)) return undefined; // postgres itself clears the lock of a dead one, and looks for its orphans first
  if (!commandLineOf(lock.pid).includes(cluster.pgdata)) {
    rmSync(join(cluster.pgdata, 'postmaster.pid'), { force: true }); // the number belongs to another program by now; postgres would give up
    return undefined;
  }
  const answers = await poll(async () => !isAlive(lock.pid) || (await isOurs(cluster, lock.port)), startTimeoutMs);
  if (!answers) throw new Error(`PostgreSQL (process ${lock.pid}) runs on ${cluster.pgdata} but does not answer.`);
  return isAlive(lock.pid) ? { ...lock, adopted: true } : undefined;
}

function readLock(pgdata: string): { pid: number; port: number } | undefined {
  const [pid, , , port] = (readIfThere(join(pgdata, 'postmaster.pid')) ?? '').split('\n').map(Number);
  return pid && port ? { pid, port } : undefined;
}

async function isOurs(cluster: Cluster, port: number): Promise<boolean> {
  const client = new pg.Client({
    connectionString: databaseUrl(cluster.password, port, 'postgres'),
    connectionTimeoutMillis: 2_000,
  });
  client.on('error', () => undefined); // a server that ends meanwhile; the next question tells
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>('SHOW data_directory');
    return rows[0]?.data_directory === cluster.pgdata;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts a server and waits until it answers. A port lost to another program, or backends of a killed server that still end, make it try again. */
export async function launchServer(
  place: PostgresPlace,
  cluster: Cluster,
  port: number | undefined,
  settings: Record<string, string>,
): Promise<Server> {
  const log = join(place.home, 'postgres.log');
  const started = await poll(async () => {
    const chosen = port ?? (await freePort());
    const from = logSize(log);
    const child = spawnServer(place, cluster, chosen, settings, log);
    if (child.pid && (await waitUntilReady(child, cluster, chosen))) return { pid: child.pid, port: chosen, adopted: false };
    const said = readFileSync(log).subarray(from).toString();
    const passing = said.includes('pre-existing shared memory block') || (port === undefined && said.includes('could not bind'));
    if (!passing) throw new Error(`PostgreSQL did not start: ${said.trim().slice(-2000)}`);
    return undefined;
  }, startTimeoutMs);
  if (!started) throw new Error(`PostgreSQL did not start; see ${log}`);
  return started;
}

function spawnServer(
  place: PostgresPlace,
  cluster: Cluster,
  port: number,
  settings: Record<string, string>,
  log: string,
): ChildProcess {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(log, 'a', 0o600); // a file, not a pipe: the server outlives us when we are killed
  try {
    const child = spawn(join(place.binaries.root, 'bin', 'postgres'), ['-D', cluster.pgdata, '-p', String(port), ...flags], {
      ...place.runAs,
      cwd: '/',
      env: postgresEnvironment(),
      stdio: ['ignore', output, output],
      detached: true, // Ctrl-C reaches the whole group; the database must end last
    });
    child.once('error', () => undefined); // told by waitUntilReady
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

async function waitUntilReady(child: ChildProcess, cluster: Cluster, port: number): Promise<boolean> {
  let ended = false;
  child.once('exit', () => (ended = true)).once('error', () => (ended = true));
  const outcome = await poll(async () => ended || (await isOurs(cluster, port)), startTimeoutMs);
  if (!outcome) child.kill('SIGQUIT');
  return outcome === true && !ended;
}

function logSize(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
