import { join } from 'node:path';
import pg from 'pg';
import { ensureCluster } from './postgres-cluster.js';
import { preparePlace } from './postgres-place.js';
import { adoptServer, databaseUrl, launchServer } from './postgres-server.js';
import { endProcess, signalProcess } from './processes.js';

export interface RunningPostgres {
  /** Superuser, database `postgres`. */
  url: string;
  port: number;
  pid: number;
  /** True when an earlier start left it running and this one took it over. */
  adopted: boolean;
  binDir: string;
  /** Holds `cluster` (PGDATA) and `password`; outside the tree where PostgreSQL's user can't enter it. */
  dataDir: string;
  /** Makes the database unless it is there, and answers its connection string. */
  createDatabase(name: string, template?: string): Promise<string>;
  /** Fast shutdown: sessions are cut, everything committed is on disk. */
  stop(): Promise<void>;
  /** As a crash would: no shutdown. */
  kill(): void;
}

/** Starts PostgreSQL on the data in `dataDir`, made at the first start; a server that an earlier start left running there is taken over. */
export async function startPostgres(options: {
  dataDir: string;
  port?: number;
  settings?: Record<string, string>;
  /** `postgres.log` beside the data unless given. */
  logFile?: string;
}): Promise<RunningPostgres> {
  const place = await preparePlace(options.dataDir);
  const cluster = await ensureCluster(place);
  const logFile = options.logFile ?? join(place.home, 'postgres.log');
  const { port, settings = {} } = options;
  const server = (await adoptServer(cluster)) ?? (await launchServer({ place, cluster, port, settings, logFile }));
  const url = databaseUrl(cluster.password, server.port, 'postgres');
  return {
    ...server,
    url,
    binDir: join(place.binaries.root, 'bin'),
    dataDir: place.home,
    createDatabase: async (name, template) => {
      await createDatabase(url, name, template);
      return databaseUrl(cluster.password, server.port, name);
    },
    stop: () => endProcess(server.pid, ['SIGINT', 'SIGQUIT', 'SIGKILL'], 20_000),
    kill: () => signalProcess(server.pid, 'SIGKILL'),
  };
}

async function createDatabase(url: string, name: string, template: string | undefined): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    const source = template === undefined ? '' : ` TEMPLATE ${client.escapeIdentifier(template)}`;
    await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}${source}`);
  } finally {
    await client.end();
  }
}
