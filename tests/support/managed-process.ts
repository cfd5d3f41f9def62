import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { patience } from './eventually.js';
import { ProcessLog } from './process-log.js';

const failPoints = new URL('../faults/fail-points/register.mjs', import.meta.url).href;
const root = fileURLToPath(new URL('../..', import.meta.url));

export interface ProcessSetup {
  name: string;
  /** Path of the program, from the repository's root. */
  program: string;
  env: Readonly<Record<string, string>>;
  /** The `msg` of the log line that says it is ready. */
  readyMessage: string;
  /** Where it answers HTTP. */
  url: string;
}

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** A real process of ours: started with fail points, its output kept, ended by signals. */
export class ManagedProcess {
  readonly log: ProcessLog;
  private readonly heard = new EventEmitter();
  private child: ChildProcess | null = null;
  private ended: Promise<Exit> = Promise.resolve({ code: null, signal: null });

  constructor(private readonly setup: ProcessSetup) {
    this.log = new ProcessLog(setup.name, (line) => this.heard.emit('line', line));
  }

  get name(): string {
    return this.setup.name;
  }
  get url(): string {
    return this.setup.url;
  }
  get pid(): number {
    if (!this.child?.pid) throw new Error(`${this.name} is not running`);
    return this.child.pid;
  }
  get isRunning(): boolean {
    return this.child !== null;
  }

  /** Starts it and waits for its ready line, or only starts it where a fail point may hit before that. With `tellSteps` its log has every step of a flight. */
  async start({ failPoint = '', awaitReady = true, tellSteps = false } = {}): Promise<void> {
    if (this.child) throw new Error(`${this.name} is running already`);
    const { PATH = '', HOME = '', TMPDIR = '/tmp', TZ = 'UTC' } = process.env;
    const env = { PATH, HOME, TMPDIR, TZ, ...this.setup.env, FAILPOINT: failPoint, ...(tellSteps && { TELL_STEPS: 'yes' }) };
    const child = spawn(process.execPath, ['--import', failPoints, this.setup.program], { cwd: root, env, stdio: 'pipe' });
    this.child = child;
    for (const stream of ['stdout', 'stderr'] as const) {
      child[stream].setEncoding('utf8').on('data', (chunk: string) => this.log.take(stream, chunk));
    }
    child.stdin.on('error', () => {}); // it may be gone before we let go of the pipe
    this.ended = (once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>).then(([code, signal]) => {
      this.child = null;
      this.log.end();
      this.heard.emit('end');
      return { code, signal };
    });
    if (awaitReady) await this.heardMessage(this.setup.readyMessage);
  }

  /** Resolves with the next log line that has this `msg`. */
  heardMessage(message: string, withinMs = 30_000 * patience()): Promise<void> {
    return this.heardWhere((json) => json.msg === message, `"${message}"`, withinMs);
  }

  /** Resolves when a fail point of this step has hit, now or before. */
  reached(step: string, withinMs = 30_000 * patience()): Promise<void> {
    const hit = (json: Readonly<Record<string, unknown>>) => json.failPoint === step;
    if (this.log.lines.some(({ json }) => json !== null && hit(json))) return Promise.resolve();
    return this.heardWhere(hit, `fail point ${step}`, withinMs);
  }

  /** Resolves when it has ended, whoever ended it. */
  exited(): Promise<Exit> {
    return this.ended;
  }

  /** Sends a signal and waits for the end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.child?.kill(signal);
    return this.ended;
  }

  /** Asks it to drain; kills it after `withinMs`. */
  async stop(withinMs = 30_000): Promise<Exit> {
    const { child } = this;
    if (!child) return this.ended;
    this.thaw();
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    const exit = await this.ended;
    clearTimeout(timer);
    return exit;
  }

  /** Starts it anew, without a fail point unless told; ends it by SIGKILL first where it still runs. */
  async restart(options: { failPoint?: string; awaitReady?: boolean } = {}): Promise<void> {
    await this.kill('SIGKILL');
    await this.start(options);
  }

  /** Holds it where it stands; its sockets stay open. */
  freeze(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  thaw(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  private async heardWhere(
    matches: (json: Readonly<Record<string, unknown>>) => boolean,
    what: string,
    withinMs: number,
  ): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const settle = (failure?: string) => {
        clearTimeout(timer);
        this.heard.off('line', onLine).off('end', onEnd);
        if (failure === undefined) resolve();
        else reject(new Error(`${this.name} ${failure} before it said ${what}:\n${this.log.tail()}`));
      };
      const onLine = ({ json }: { json: Readonly<Record<string, unknown>> | null }) => json !== null && matches(json) && settle();
      const onEnd = () => settle('ended');
      const timer = setTimeout(() => settle(`took ${withinMs} ms`), withinMs);
      this.heard.on('line', onLine).on('end', onEnd);
    });
  }
}
