import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { Vault } from '@grantkeeper/platform/crypto/vault';
import { createPool } from '@grantkeeper/platform/database/pool';
import type pg from 'pg';
import type { ManagedProcess } from '../../support/managed-process.js';
import type { LogLine } from '../../support/process-log.js';
import { type System, startSystem } from '../../support/system.js';
import type { Violation } from '../oracle/evidence.js';
import { recheck } from '../oracle/recheck.js';
import { Clocks } from './clocks.js';
import { Disk } from './disk.js';
import { Ground, type GroundOptions } from './ground.js';
import { Heard } from './heard.js';
import { Network } from './network.js';
import { Providers } from './providers.js';
import { Random } from './random.js';
import type { Service } from './service.js';
import { Timeline } from './timeline.js';

export interface StageOptions extends GroundOptions {
  /** How many processes; 2 and 2 unless told. */
  api?: number;
  worker?: number;
  /** Settings of every api and worker. */
  env?: Record<string, string>;
  /** Workers reach PostgreSQL and Redis by way of `stage.network`. */
  withNetwork?: boolean;
  /** Api and workers live by `stage.clocks`. */
  withClocks?: boolean;
  /** Workers spill answers to `stage.disk`. */
  withDisk?: boolean;
}

/** What stands around the processes of a stage that can be harmed too. */
interface Surroundings {
  network: Network | null;
  clocks: Clocks | null;
  disk: Disk | null;
}

/** Everything of one installation as processes that can be killed, frozen, drained and started again, with its providers. */
export class Stage {
  /** Everything that callers were told since the stage was opened. */
  readonly heard = new Heard();
  /** Refresh tokens whose grants' clocks were moved on by hand. */
  readonly movedOn = new Set<string>();

  private constructor(
    private readonly ground: Ground,
    private readonly around: Surroundings,
    /** Api and worker processes, and calls to them. */
    readonly system: System,
    readonly providers: Providers,
    /** Comes back by itself after PostgreSQL was away; a query meanwhile fails. */
    readonly db: pg.Pool,
    /** Opens what the product has sealed. */
    readonly vault: Vault,
    readonly random: Random,
    readonly timeline: Timeline,
  ) {}

  static async open(options: StageOptions, seed: number, onNote?: (line: string) => void): Promise<Stage> {
    const ground = await Ground.prepare(options);
    try {
      const { api = 2, worker = 2, env } = options;
      const around = await surroundings(ground, options);
      const { network, clocks, disk } = around;
      const database = { name: 'grantkeeper', url: ground.databaseUrl, drop: async () => undefined };
      const redis = ground.redis === null ? false : { url: ground.redis.server.url, dataDir: ground.redisFolder };
      const system = await startSystem({
        api,
        worker,
        env,
        apiEnv: clocks?.env('api'),
        workerEnv: { ...clocks?.env('worker'), ...network?.workerEnv, ...disk?.workerEnv },
        database,
        redis,
      });
      const pool = createPool(ground.databaseUrl, 4);
      pool.on('error', () => undefined); // PostgreSQL may be killed
      const vault = new Vault(pool, KeyRing.read(system.keyRing));
      const providers = await Providers.start(system);
      return new Stage(ground, around, system, providers, pool, vault, new Random(seed), new Timeline(onNote));
    } catch (error) {
      await ground.clear();
      throw error;
    }
  }

  get postgres(): Service {
    return this.ground.postgres;
  }
  /** For a fault of Redis, which proves nothing where the queue is in PostgreSQL. */
  get redis(): Service {
    if (!this.ground.redis) throw new Error('This needs a redis-server on the PATH (apt-get install redis-server).');
    return this.ground.redis;
  }
  get network(): Network {
    return given(this.around.network, 'withNetwork');
  }
  get clocks(): Clocks {
    return given(this.around.clocks, 'withClocks');
  }
  get disk(): Disk {
    return given(this.around.disk, 'withDisk');
  }
  /** Every line that any process has written. */
  get logs(): LogLine[] {
    return this.system.logs;
  }
  get folder(): string {
    return this.ground.folder;
  }
  /** Straight to it, whatever stands before it. */
  get databaseUrl(): string {
    return this.ground.databaseUrl;
  }
  get redisFolder(): string {
    return this.ground.redisFolder;
  }
  get processes(): ManagedProcess[] {
    return this.system.processes;
  }

  /** A worker by its place in the row, the first unless told. */
  worker(index = 0): ManagedProcess {
    const one = this.system.workers[index];
    if (!one) throw new Error(`there is no worker ${index}`);
    return one;
  }

  note(text: string): void {
    this.timeline.note(text);
  }

  /** Starts every process and service that is down, and lets go on what is frozen; network, clocks and disk are as they should be. */
  async restore(): Promise<void> {
    const { network, clocks, disk } = this.around;
    network?.mend();
    clocks?.set('api', 0);
    clocks?.set('worker', 0);
    disk?.clear();
    for (const service of [this.ground.postgres, this.ground.redis]) {
      if (service?.isRunning) service.thaw();
      else await service?.start();
    }
    await Promise.all(
      this.processes.map(async (one) => {
        if (one.isRunning) one.thaw();
        else await one.start();
      }),
    );
  }

  /** The oracle: brings everything back, lets it come to rest, and looks for what must never be. */
  async recheck(withinMs = 60_000): Promise<Violation[]> {
    await this.restore();
    const { db: pool, vault, movedOn, heard, system } = this;
    const queue = system.redis ? { redis: system.redis.client, prefix: system.queuePrefix } : null;
    const witnesses = await this.providers.witnesses();
    const canary = this.providers.canary;
    return recheck({ pool, vault, queue, witnesses, movedOn, heard, logs: system.logs, canary }, withinMs);
  }

  async close(): Promise<void> {
    await this.restore().catch(() => undefined);
    await this.providers.stop();
    await this.db.end();
    try {
      await this.system.stop();
    } finally {
      await this.around.network?.stop();
      await this.ground.clear();
    }
  }
}

async function surroundings(ground: Ground, options: StageOptions): Promise<Surroundings> {
  return {
    network: options.withNetwork ? await Network.before(ground) : null,
    clocks: options.withClocks ? Clocks.in(ground.folder) : null,
    disk: options.withDisk ? new Disk(ground.folder) : null,
  };
}

function given<T>(part: T | null, option: keyof StageOptions): T {
  if (part === null) throw new Error(`this stage was opened without ${option}`);
  return part;
}
