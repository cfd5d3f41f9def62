import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { accessSync, chmodSync, closeSync, constants, mkdirSync, openSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.js';
import { readIfThere, writePrivateFile } from './private-file.js';
import { endProcess, isAlive, poll, signalProcess } from './processes.js';
import { askRedis } from './redis-wire.js';

export interface RunningRedis {
  url: string;
  port: number;
  pid: number;
  /** True when an earlier start left it running and this one took it over. */
  adopted: boolean;
  stop(): Promise<void>;
  /** As a crash would: no shutdown. */
  kill(): void;
}

export interface RedisOptions {
  dataDir: string;
  port?: number;
  appendOnly?: boolean;
  /** `redis.log` beside the data unless given. */
  logFile?: string;
}

interface Identity {
  port: number;
  password: string;
}

const startTimeoutMs = 30_000; // a long append-only file is read first

/** The redis-server on the PATH, or null when there is none or it is older than BullMQ can use (6.2). */
export function findRedisServer(): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, 'redis-server');
    try {
      accessSync(path, constants.X_OK);
      const [, major = 0, minor = 0] = (/v=(\d+)\.(\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' })) ?? []).map(
        Number,
      );
      if (major > 6 || (major === 6 && minor >= 2)) return path;
    } catch {
      // not here, or not one that runs
    }
  }
  return null;
}

/** Starts Redis on `dataDir` with a password of its own; one that an earlier start left running there is taken over. */
export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
  const program = findRedisServer();
  if (!program) throw new Error('There is no redis-server of version 6.2 or newer on the PATH.');
  mkdirSync(options.dataDir, { recursive: true });
  chmodSync(options.dataDir, 0o700);
  const dataDir = realpathSync(options.dataDir);
  const kept = readIdentity(dataDir);
  const adopted = kept && (await pidOfOurs(kept, dataDir));
  if (kept && adopted) return running(kept, adopted, true);

  const password = kept?.password ?? randomBytes(24).toString('base64url');
  const logFile = options.logFile ?? join(dataDir, 'redis.log');
  const started = await poll(async () => {
    const identity = { password, port: options.port ?? (await freePort()) };
    writePrivateFile(join(dataDir, 'redis.conf'), settingsFile(dataDir, identity, options.appendOnly ?? true));
    const pid = await launch(program, dataDir, identity, logFile);
    if (!pid && options.port) throw new Error(`Redis did not start; see ${logFile}`);
    return pid && running(identity, pid, false);
  }, startTimeoutMs);
  if (!started) throw new Error(`Redis did not start; see ${logFile}`);
  return started;
}

function running(identity: Identity, pid: number, adopted: boolean): RunningRedis {
  return {
    url: `redis://:${identity.password}@127.0.0.1:${identity.port}`,
    port: identity.port,
    pid,
    adopted,
    stop: () => endProcess(pid, ['SIGTERM', 'SIGKILL'], 10_000),
    kill: () => signalProcess(pid, 'SIGKILL'),
  };
}

/** Its settings file is written before it starts, so a server that outlived its parent can always be found by it. */
async function launch(program: string, dataDir: string, identity: Identity, logFile: string): Promise<number | undefined> {
  const output = openSync(logFile, 'a', 0o600);
  const child = spawn(program, [join(dataDir, 'redis.conf')], {
    cwd: dataDir,
    stdio: ['ignore', output, output],
    detached: true, // Ctrl-C reaches the whole group; Redis ends when its users have
  });
  closeSync(output);
  child.unref();
  let ended = false;
  child.once('exit', () => (ended = true)).once('error', () => (ended = true));
  const pid = await poll(async () => (ended ? -1 : await pidOfOurs(identity, dataDir)), startTimeoutMs);
  return pid === -1 ? undefined : pid;
}

function settingsFile(dataDir: string, { port, password }: Identity, appendOnly: boolean): string {
  return [
    `port ${port}`,
    'bind 127.0.0.1',
    `requirepass ${password}`,
    `dir ${JSON.stringify(dataDir)}`,
    'save ""',
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    'maxmemory-policy noeviction',
    'daemonize no',
    '',
  ].join('\n');
}

function readIdentity(dataDir: string): Identity | undefined {
  const text = readIfThere(join(dataDir, 'redis.conf')) ?? '';
  const port = Number(/^port (\d+)$/m.exec(text)?.[1]);
  const password = /^requirepass (\S+)$/m.exec(text)?.[1];
  return port && password ? { port, password } : undefined;
}

/** The process id of the server that knows our password and works in our folder, once it has read its data. */
async function pidOfOurs({ port, password }: Identity, dataDir: string): Promise<number | undefined> {
  const ask = () => askRedis(port, [`AUTH ${password}`, 'CONFIG GET dir', 'INFO server', 'PING']);
  let heard = await ask();
  if (heard.includes('-LOADING')) heard = (await poll(async () => notLoading(await ask()), startTimeoutMs)) ?? '';
  if (!heard.startsWith('+OK') || !heard.includes(dataDir)) return undefined;
  const pid = Number(/^process_id:(\d+)/m.exec(heard)?.[1]);
  return pid && isAlive(pid) ? pid : undefined;
}

function notLoading(heard: string): string | undefined {
  return heard.includes('-LOADING') ? undefined : heard;
}
