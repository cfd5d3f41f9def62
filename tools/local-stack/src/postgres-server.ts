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

export interface ServerPlan {
  place: PostgresPlace;
  cluster: Cluster;
  /** Without one a free port is taken. */
  port: number | undefined;
  settings: Record<string, string>;
  logFile: string;
}

/** Starts a server and waits until it answers. A port lost to another program, or backends of a killed server that still end, make it try again. */
export async function launchServer(plan: ServerPlan): Promise<Server> {
  const started = await poll(async () => {
    const port = plan.port ?? (await freePort());
    const from = logSize(plan.logFile);
    const child = spawnServer(plan, port);
    if (child.pid && (await waitUntilReady(child, plan.cluster, port))) return { pid: child.pid, port, adopted: false };
    const said = readFileSync(plan.logFile).subarray(from).toString();
    const isEnding =
      said.includes('pre-existing shared memory block') || said.includes('lock file "postmaster.pid" already exists');
    const passing = isEnding || (!plan.port && said.includes('could not bind'));
    if (!passing) throw new Error(`PostgreSQL did not start: ${said.trim().slice(-2000)}`);
    return undefined;
  }, startTimeoutMs);
  if (!started) throw new Error(`PostgreSQL did not start; see ${plan.logFile}`);
  return started;
}

function spawnServer({ place, cluster, settings, logFile }: ServerPlan, port: number): ChildProcess {
  const all = { listen_addresses: '127.0.0.1', unix_socket_directories: '', timezone: 'UTC', log_timezone: 'UTC', ...settings };
  const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const output = openSync(logFile, 'a', 0o600); // a file, not a pipe: the server outlives us when we are killed
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
