import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type RunningPostgres, startPostgres } from '@grantkeeper/local-stack/postgres';
import { findRedisServer, type RunningRedis, startRedis } from '@grantkeeper/local-stack/redis';
import { migrate } from '@grantkeeper/platform/database/migrate';
import { Service } from './service.js';

const watchdogProgram = fileURLToPath(new URL('../../support/services-watchdog.mjs', import.meta.url));

/** Processes are killed here, never the machine: what the kernel has taken is kept. */
const postgresSettings = { fsync: 'off', max_connections: '200', shared_buffers: '128MB' };

export interface GroundOptions {
  /** More settings of PostgreSQL. */
  postgres?: Record<string, string>;
  /** Without a Redis, BullMQ lives in PostgreSQL; true where this machine has one. */
  redis?: boolean;
}

/** PostgreSQL and Redis of one stage, in a folder that is removed in the end, by a watchdog where we are killed. */
export class Ground {
  private constructor(
    readonly folder: string,
    readonly postgres: Service<RunningPostgres>,
    readonly redis: Service<RunningRedis> | null,
    readonly databaseUrl: string,
    private readonly watchdog: { stdin: NodeJS.WritableStream },
  ) {}

  static async prepare(options: GroundOptions): Promise<Ground> {
    const folder = mkdtempSync(join(tmpdir(), 'gk-faults-'));
    chmodSync(folder, 0o755); // PostgreSQL's own user must get in when we are root
    const watchdog = spawn(process.execPath, [watchdogProgram, folder], { stdio: ['pipe', 'ignore', 'inherit'], detached: true });
    const tell = (pid: number) => void watchdog.stdin.write(`${pid}\n`);
    const settings = { ...postgresSettings, ...options.postgres };
    const postgres = await Service.start(
      'postgres',
      (port) => startPostgres({ dataDir: join(folder, 'postgres'), settings, port }),
      tell,
    );
    for (const path of outsideOf(postgres.server)) watchdog.stdin.write(`${path}\n`);
    const withRedis = options.redis ?? findRedisServer() !== null;
    const redis = withRedis
      ? await Service.start('redis', (port) => startRedis({ dataDir: join(folder, 'redis'), port }), tell)
      : null;
    const databaseUrl = await postgres.server.createDatabase('grantkeeper');
    await migrate(databaseUrl);
    return new Ground(folder, postgres, redis, databaseUrl, watchdog);
  }

  get redisFolder(): string {
    return join(this.folder, 'redis');
  }

  /** Ends both and removes what they kept. */
  async clear(): Promise<void> {
    const folders = this.postgres.isRunning ? outsideOf(this.postgres.server) : [];
    await Promise.all([this.postgres, this.redis].map((service) => (service?.isRunning ? service.stop() : undefined)));
    for (const path of [this.folder, ...folders]) rmSync(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    this.watchdog.stdin.end('done\n');
  }
}

/** Where the launcher put data or binaries because PostgreSQL's user can't enter our folder. */
function outsideOf({ dataDir, binDir }: RunningPostgres): string[] {
  return [dataDir, binDir].flatMap((path) => path.match(/^\/var\/tmp\/grantkeeper-[^/]+/)?.[0] ?? []);
}
