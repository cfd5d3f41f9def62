import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@grantkeeper/local-stack/free-port';
import { type RunningPostgres, startPostgres } from '@grantkeeper/local-stack/postgres';
import { findRedisServer, type RunningRedis, startRedis } from '@grantkeeper/local-stack/redis';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { migrate } from '@grantkeeper/platform/database/migrate';
import { createPool } from '@grantkeeper/platform/database/pool';
import type pg from 'pg';
import type { Counts } from './bare/provider.js';
import { Part } from './part.js';
import { makePlace, removePlace } from './place.js';

/** How PostgreSQL is set; everything else is its default, durability included. */
export const postgresSettings = { shared_buffers: '1GB', max_wal_size: '4GB' };
/** How long the provider takes for a token answer. */
export const providerMs = 20;

/** One database with the vault of this run. */
export interface Store {
  url: string;
  pool: pg.Pool;
  vault: Vault;
}

/** PostgreSQL, Redis and a provider, used by nobody else, in a folder that is removed in the end. */
export class Ground {
  readonly queuePrefix = 'bench';
  readonly keyRing = `bench:${randomBytes(32).toString('base64')}`;
  private readonly stores: Store[] = [];
  private readonly parts: Part[] = [];

  private constructor(
    readonly folder: string,
    readonly postgres: RunningPostgres,
    /** Null where this machine has no redis-server. */
    readonly redis: RunningRedis | null,
    readonly provider: Part,
    /** Of the api that browsers come to: PUBLIC_URL may not change. */
    private readonly apiPort: number,
    private readonly profiles: string | null,
  ) {}

  /** `profiles`: the folder for CPU profiles of api and worker, or null for none. */
  static async prepare(profiles: string | null): Promise<Ground> {
    const folder = makePlace('ground');
    mkdirSync(join(folder, 'logs'));
    const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), settings: postgresSettings });
    const redis = findRedisServer() === null ? null : await startRedis({ dataDir: join(folder, 'redis') });
    const env = { LATENCY_MS: String(providerMs) };
    const provider = await Part.start({ name: 'provider', file: bare('provider'), env, logs: join(folder, 'logs') });
    return new Ground(folder, postgres, redis, provider, await freePort(), profiles);
  }

  get providerOrigin(): string {
    return `http://127.0.0.1:${this.provider.port}`;
  }

  /** A new database of this version's schema. */
  async store(name: string): Promise<Store> {
    const url = await this.postgres.createDatabase(name);
    await migrate(url);
    const pool = createPool(url, 4);
    const store = { url, pool, vault: new Vault(pool, KeyRing.read(this.keyRing)) };
    this.stores.push(store);
    return store;
  }

  /** Starts the product's api or worker on this store. */
  async start(name: 'api' | 'worker', store: Store, extra: Record<string, string> = {}): Promise<Part> {
    const isTaken = this.parts.some((part) => part.name === 'api' && part.isRunning);
    const port = isTaken ? await freePort() : this.apiPort;
    const env = {
      DATABASE_URL: store.url,
      ...(this.redis === null ? {} : { REDIS_URL: this.redis.url }),
      KEY_RING: this.keyRing,
      OUTBOUND_ALLOW: '127.0.0.0/8',
      QUEUE_PREFIX: this.queuePrefix,
      PUBLIC_URL: `http://127.0.0.1:${this.apiPort}`,
      PORT: String(port),
      FIRST_OPERATOR_PASSWORD: this.keyRing,
      ...extra,
    };
    const nodeFlags = this.profiles === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${this.profiles}`];
    const program = { name, file: `apps/${name}/dist/main.js`, env, logs: this.logs, nodeFlags };
    return this.keep(await Part.start(name === 'api' ? { ...program, port } : program));
  }

  /** Starts one of the programs in bare/. */
  async startBare(name: 'server' | 'processor', env: Record<string, string>): Promise<Part> {
    return this.keep(await Part.start({ name: `bare-${name}`, file: bare(name), env, logs: this.logs }));
  }

  async providerCounts(): Promise<Counts> {
    return (await (await fetch(`${this.providerOrigin}/counts`)).json()) as Counts;
  }

  /** Ends everything, also what a failed row has left, and removes the data. */
  async clear(): Promise<void> {
    await Promise.all(this.parts.map((part) => part.stop()));
    await this.provider.stop();
    await Promise.all(this.stores.map(({ pool }) => pool.end()));
    await Promise.all([this.postgres.stop(), this.redis?.stop()]);
    removePlace(this.folder, this.postgres);
  }

  private get logs(): string {
    return join(this.folder, 'logs');
  }

  private keep(part: Part): Part {
    this.parts.push(part);
    return part;
  }
}

const bare = (name: string): string => `bench/dist/bench/bare/${name}.js`;
