import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokenAnswer } from '@grantkeeper/contracts/grants/http';
import { type RunningRedis, startRedis } from '@grantkeeper/local-stack/redis';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type ApiAnswer, type ApiCall, callApi } from './api-client.js';
import { type FreshDatabase, freshDatabase } from './database.js';
import { Givens, type TokenAsk } from './givens.js';
import { ManagedProcess } from './managed-process.js';
import type { LogLine } from './process-log.js';
import { type SystemSetup, setUp } from './system-settings.js';

export interface SystemOptions {
  /** How many processes; one each by default. */
  api?: number;
  worker?: number;
  /** The run's Redis where there is one (default), none, one of its own that may be killed, or one that somebody else keeps. */
  redis?: boolean | 'own' | Pick<SystemRedis, 'url' | 'dataDir'>;
  /** A migrated database that somebody else keeps; a fresh one of the run's PostgreSQL by default. */
  database?: FreshDatabase;
  env?: Record<string, string>;
  apiEnv?: Record<string, string>;
  workerEnv?: Record<string, string>;
  /** Process name (`api-1`, `worker-2`) → fail point, for the first start only. */
  failPoints?: Record<string, string>;
  /** Origins or CIDRs that may be called; the loopback ranges by default. */
  outboundAllow?: string[];
}

export interface SystemRedis {
  url: string;
  client: Redis;
  /** Set when this system has a Redis of its own. */
  server: RunningRedis | null;
  dataDir: string | null;
}

interface Parts {
  setup: SystemSetup;
  database: FreshDatabase;
  db: pg.Client;
  redis: SystemRedis | null;
  operator: { email: string; password: string };
}

/** Real api and worker processes on a database of their own. */
export class System extends Givens {
  readonly apis: ManagedProcess[];
  readonly workers: ManagedProcess[];
  /** The first operator, with an API token once the system has started. */
  readonly operator: { email: string; password: string; token: string };

  constructor(private readonly parts: Parts) {
    super();
    this.operator = { ...parts.operator, token: '' };
    this.apis = parts.setup.apis.map((setup) => new ManagedProcess(setup));
    this.workers = parts.setup.workers.map((setup) => new ManagedProcess(setup));
  }

  get publicUrl(): string {
    return this.parts.setup.publicUrl;
  }
  get databaseUrl(): string {
    return this.parts.database.url;
  }
  get db(): pg.Client {
    return this.parts.db;
  }
  get redis(): SystemRedis | null {
    return this.parts.redis;
  }
  get queuePrefix(): string {
    return this.parts.setup.queuePrefix;
  }
  get keyRing(): string {
    return this.parts.setup.keyRing;
  }
  get processes(): ManagedProcess[] {
    return [...this.apis, ...this.workers];
  }
  /** Every line that any process has written. */
  get logs(): LogLine[] {
    return this.processes.flatMap(({ log }) => log.lines);
  }

  /** A call to an api process, the first unless told. */
  api<T = unknown>(method: string, path: string, call: ApiCall & { api?: number } = {}): Promise<ApiAnswer<T>> {
    const { api = 0, ...rest } = call;
    return callApi(this.urlOf(api), method, path, rest);
  }

  asOperator<T = unknown>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiAnswer<T>> {
    return this.api(method, path, { body, headers, token: this.operator.token });
  }

  askToken(ask: TokenAsk, key: string, api = 0): Promise<ApiAnswer<TokenAnswer>> {
    return this.api('POST', '/v1/token', { body: ask, token: key, api });
  }

  /** Starts every process and makes the first operator's API token. */
  async start(failPoints: Readonly<Record<string, string>>): Promise<void> {
    const unknown = Object.keys(failPoints).find((name) => !this.processes.some((one) => one.name === name));
    if (unknown !== undefined) throw new Error(`no process is called ${unknown}`);
    await Promise.all(this.processes.map((one) => one.start({ failPoint: failPoints[one.name] })));
    if (this.apis.length > 0) this.operator.token = await this.makeOperatorToken();
  }

  /** Drains every process, then removes database and queue; fails when one didn't end well on SIGTERM. */
  async stop(): Promise<void> {
    const running = this.processes.filter(({ isRunning }) => isRunning);
    const exits = await Promise.all(running.map(async (one) => ({ one, exit: await one.stop() })));
    await this.cleanUp();
    const unclean = exits.filter(({ exit }) => exit.code !== 0);
    if (unclean.length === 0) return;
    const told = unclean.map(
      ({ one, exit }) => `${one.name} ended with ${exit.signal ?? exit.code} on SIGTERM:\n${one.log.tail()}`,
    );
    throw new Error(told.join('\n'));
  }

  /** Ends what still runs at once and removes what was made. */
  async abandon(): Promise<void> {
    await Promise.all(this.processes.map((one) => one.kill('SIGKILL')));
    await this.cleanUp();
  }

  private async cleanUp(): Promise<void> {
    const { db, redis, database } = this.parts;
    await db.end();
    await database.drop();
    redis?.client.disconnect();
    await redis?.server?.stop();
    if (redis?.server && redis.dataDir) rmSync(redis.dataDir, { recursive: true, force: true });
  }

  private urlOf(api: number): string {
    const one = this.apis[api];
    if (!one) throw new Error(`there is no api process ${api}`);
    return one.url;
  }

  private async makeOperatorToken(): Promise<string> {
    const { email, password } = this.operator;
    const session = await this.api('POST', '/v1/session', { body: { email, password } });
    if (session.status !== 200) throw new Error(`the first operator can't sign in (${session.status}): ${session.text}`);
    const cookie = session.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const headers = { origin: this.publicUrl, 'sec-fetch-site': 'same-origin' };
    const made = await this.api<{ token: string }>('POST', '/v1/operators/me/api-tokens', {
      body: { name: 'tests' },
      cookie,
      headers,
    });
    if (made.status !== 201) throw new Error(`no API token (${made.status}): ${made.text}`);
    return made.body.token;
  }
}

/** Starts real processes on a fresh database; call `stop` in the end. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const database = options.database ?? (await freshDatabase());
  const redis = await redisFor(options.redis ?? process.env.GK_TEST_REDIS_URL !== undefined);
  const operator = { email: 'operator@example.com', password: randomBytes(18).toString('base64url') };
  const setup = await setUp(
    {
      databaseUrl: database.url,
      redisUrl: redis?.url ?? null,
      outboundAllow: options.outboundAllow ?? ['127.0.0.0/8', '::1/128'],
      extra: options.env ?? {},
      apiExtra: options.apiEnv,
      workerExtra: options.workerEnv,
      operator,
    },
    { api: options.api ?? 1, worker: options.worker ?? 1 },
  );
  const db = new pg.Client({ connectionString: database.url });
  db.on('error', () => {}); // the database may be dropped under it
  await db.connect();
  const system = new System({ setup, database, db, redis, operator });
  try {
    await system.start(options.failPoints ?? {});
    return system;
  } catch (error) {
    await system.abandon();
    throw error;
  }
}

async function redisFor(wanted: NonNullable<SystemOptions['redis']>): Promise<SystemRedis | null> {
  if (wanted === false) return null;
  if (typeof wanted === 'object') return { ...wanted, client: clientOf(wanted.url), server: null };
  if (wanted === 'own') {
    const dataDir = mkdtempSync(join(tmpdir(), 'gk-test-redis-'));
    const server = await startRedis({ dataDir });
    return { url: server.url, client: clientOf(server.url), server, dataDir };
  }
  const url = process.env.GK_TEST_REDIS_URL;
  if (!url) throw new Error('This run has no Redis: none on the PATH, or GK_TEST_REDIS=off.');
  return { url, client: clientOf(url), server: null, dataDir: process.env.GK_TEST_REDIS_DATA ?? null };
}

function clientOf(url: string): Redis {
  const client = new Redis(url, { lazyConnect: true });
  client.on('error', () => {}); // a Redis under test may be killed
  return client;
}
