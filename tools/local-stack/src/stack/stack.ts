import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type RunningPostgres, startPostgres } from '../postgres.js';
import { findRedisServer, type RunningRedis, startRedis } from '../redis.js';
import { type DemoEndpoints, demoEndpoints, demoProfile } from './demo-endpoints.js';
import { Keeper, type Launched } from './keeper.js';
import { openState, type StackState } from './kept-state.js';
import { RunningPrograms } from './leftovers.js';
import { launchPart, migrateProgram, type ProgramName, type Surroundings, watched } from './parts.js';
import { type Seeded, seed } from './seed.js';
import { root, type StackSettings } from './settings.js';
import { greeting, type StackFile, writeStackFile } from './stack-file.js';

/** Everything that `npm start` runs, from the database up. */
export class Stack {
  private readonly keepers: Keeper[] = [];
  private readonly running: RunningPrograms;
  private file: StackFile | undefined;
  private stopped = false;

  constructor(
    private readonly settings: StackSettings,
    private readonly say: (line: string) => void,
  ) {
    this.running = new RunningPrograms(settings.folder);
  }

  /** Resolves with what to print when everything answers. */
  async start(): Promise<string> {
    const { folder } = this.settings;
    const left = await this.running.takeOver();
    if (left > 0) this.say(`Ended ${left} programs that an earlier start had left running`);
    const state = await openState(this.settings);
    if (state.movedFrom)
      this.say(`Was at ${state.movedFrom}, is at ${state.publicUrl} now: callback URLs of your own profiles change with it`);

    this.say('Starting PostgreSQL');
    const postgres = await this.keepPostgres(folder);
    const redisUrl = await this.keepQueue(folder);
    const demo = demoEndpoints(state);
    const around = await this.surroundings(state, postgres, redisUrl, demo);
    this.say('Starting the demo provider, the api and the worker');
    await Promise.all((['demoProvider', 'api', 'worker'] as const).map((name) => this.keepProgram(name, around)));
    const { operator, publicUrl } = state;
    const seeded = await seed({ folder, publicUrl, operator, profile: demoProfile(state.demoProfileId, demo) });
    this.file = stackFile(state, demo, seeded, postgres, redisUrl);
    this.noteProcesses();
    return greeting(this.file, folder, seeded.profile.name);
  }

  /** Ends the parts in the order in which they need each other; safe to call twice. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    this.stopped = true;
    const named = (...names: string[]) => this.keepers.filter(({ name }) => names.includes(name)).map((keeper) => keeper.stop());
    await Promise.all(named('api', 'worker'));
    await Promise.all(named('demoProvider', 'redis'));
    await Promise.all(named('postgres'));
    if (this.file) writeStackFile(this.settings.folder, { ...this.file, pids: {} });
    this.running.clear();
  }

  private async keepPostgres(folder: string): Promise<RunningPostgres> {
    let current: RunningPostgres | undefined;
    await this.keep('postgres', async (stopping) => {
      // On the same port again: it is in the settings of the programs that use it.
      const port = current && { port: current.port };
      current = await startPostgres({
        dataDir: join(folder, 'postgres'),
        logFile: join(folder, 'logs', 'postgres.log'),
        ...port,
      });
      return watched(current, stopping);
    });
    if (!current) throw new Error('PostgreSQL did not start');
    return current;
  }

  private async keepQueue(folder: string): Promise<string | undefined> {
    if (this.settings.redisUrl) {
      this.say('The queue is on the Redis of REDIS_URL');
      return this.settings.redisUrl;
    }
    if (!findRedisServer()) {
      this.say('There is no redis-server on the PATH: the queue is on PostgreSQL');
      return undefined;
    }
    this.say('Starting Redis');
    let current: RunningRedis | undefined;
    await this.keep('redis', async (stopping) => {
      const port = current && { port: current.port };
      current = await startRedis({ dataDir: join(folder, 'redis'), logFile: join(folder, 'logs', 'redis.log'), ...port });
      return watched(current, stopping);
    });
    return current?.url;
  }

  private async surroundings(
    state: StackState,
    postgres: RunningPostgres,
    redisUrl: string | undefined,
    demo: DemoEndpoints,
  ): Promise<Surroundings> {
    const databaseUrl = await postgres.createDatabase('grantkeeper');
    const demoDatabaseUrl = await postgres.createDatabase('demo_provider');
    await promisify(execFile)(process.execPath, [join(root, migrateProgram)], {
      env: { ...process.env, DATABASE_URL: databaseUrl },
    });
    const spawned = (path: string, pid: number) => this.running.add(path, pid);
    return { settings: this.settings, state, databaseUrl, demoDatabaseUrl, redisUrl, demoOrigin: demo.issuer, spawned };
  }

  private keepProgram(name: ProgramName, around: Surroundings): Promise<void> {
    return this.keep(name, (stopping) => launchPart(name, around, stopping));
  }

  private async keep(name: string, launch: (stopping: AbortSignal) => Promise<Launched>): Promise<void> {
    const keeper = new Keeper(name, launch, { say: this.say, changed: () => this.noteProcesses() });
    this.keepers.push(keeper);
    if (this.stopped) throw new Error('stopped while starting');
    await keeper.start();
  }

  private noteProcesses(): void {
    if (!this.file || this.stopped) return;
    const parts = this.keepers.flatMap(({ name, pid }): [string, number][] => (pid === undefined ? [] : [[name, pid]]));
    this.file = { ...this.file, pids: { stack: process.pid, ...Object.fromEntries(parts) } };
    writeStackFile(this.settings.folder, this.file);
  }
}

function stackFile(
  state: StackState,
  demoProvider: DemoEndpoints,
  { apiToken, assistantId, runtimeKey, profile }: Seeded,
  { url, dataDir, binDir }: RunningPostgres,
  redisUrl: string | undefined,
): StackFile {
  return {
    apiUrl: state.publicUrl,
    adminUrl: `${state.publicUrl}/admin/`,
    operator: { ...state.operator, apiToken },
    assistantId,
    runtimeKey,
    demoProfileId: profile.id,
    demoProvider,
    postgres: { url, dataDir, binDir },
    redisUrl: redisUrl ?? null,
    pids: {},
  };
}
