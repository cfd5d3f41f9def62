import { TcpProxy } from '../../support/tcp-proxy.js';
import type { Ground } from './ground.js';

/** What stands between the workers of a stage and its PostgreSQL and Redis. */
export class Network {
  private constructor(
    readonly toPostgres: TcpProxy,
    readonly toRedis: TcpProxy | null,
    /** By which workers go through it. */
    readonly workerEnv: Readonly<Record<string, string>>,
  ) {}

  static async before({ databaseUrl, redis }: Ground): Promise<Network> {
    const toPostgres = await TcpProxy.before(databaseUrl);
    if (!redis) return new Network(toPostgres, null, { DATABASE_URL: toPostgres.through(databaseUrl) });
    const { url } = redis.server;
    const toRedis = await TcpProxy.before(url);
    return new Network(toPostgres, toRedis, { DATABASE_URL: toPostgres.through(databaseUrl), REDIS_URL: toRedis.through(url) });
  }

  mend(): void {
    this.toPostgres.mend();
    this.toRedis?.mend();
  }

  async stop(): Promise<void> {
    await Promise.all([this.toPostgres.stop(), this.toRedis?.stop()]);
  }
}
