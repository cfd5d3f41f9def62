import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { type LogLine, ProcessLog } from './process-log.js';

export interface ProgramSetup {
  command: string;
  args: readonly string[];
  cwd?: string;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
  /** Runs as this user, where we are root. */
  user?: { uid: number; gid: number };
}

/** Any program, its output kept line by line; ended by `stop`. */
export class Program {
  readonly log: ProcessLog;
  private readonly heard = new EventEmitter().setMaxListeners(0);
  private readonly child: ChildProcess;
  private readonly ended: Promise<number | null>;
  private over = false;

  constructor(setup: ProgramSetup) {
    const { command, args, cwd, env, user } = setup;
    this.log = new ProcessLog(command, (line) => this.heard.emit('line', line));
    const child = spawn(command, args, { cwd, env: { ...env }, ...user, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (chunk: string) => this.log.take(stream, chunk));
    this.ended = new Promise((resolve) => {
      child.once('error', (error) => this.log.take('stderr', `${error.message}\n`));
      child.once('close', (code) => {
        this.over = true;
        this.log.end();
        this.heard.emit('end');
        resolve(code);
      });
    });
  }

  /** The exit code, when it has ended. */
  exited(): Promise<number | null> {
    return this.ended;
  }

  /** Resolves with the first line, written or to come, that is meant. */
  async line(isMeant: (line: LogLine) => boolean, withinMs = 30_000): Promise<LogLine> {
    const signal = AbortSignal.timeout(withinMs);
    for (;;) {
      const found = this.log.lines.find(isMeant);
      if (found) return found;
      if (this.over) throw new Error(`${this.log.tail()}\nended before it said that`);
      await Promise.race([once(this.heard, 'line', { signal }), once(this.heard, 'end', { signal })]).catch(() => {
        throw new Error(`not said within ${withinMs} ms:\n${this.log.tail()}`);
      });
    }
  }

  /** Asks it to end, and answers its exit code. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (!this.over) this.child.kill(signal);
    return this.ended;
  }
}

/** Runs a program to its end; fails with what it said unless it ends well. */
export async function run(setup: ProgramSetup): Promise<string> {
  const program = new Program(setup);
  const code = await program.exited();
  if (code !== 0) throw new Error(`${setup.command} ${setup.args.join(' ')} ended with ${code}:\n${program.log.tail(60)}`);
  return program.log.lines
    .filter(({ stream }) => stream === 'stdout')
    .map(({ text }) => text)
    .join('\n');
}
