import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from './eventually.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface AdminOutcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** One run of grantkeeper-admin as a process of its own. */
export class AdminRun {
  private out = '';
  private err = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown[]>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    const { PATH = '', HOME = '' } = process.env;
    const options = { cwd: root, env: { PATH, HOME, ...env } };
    const child = spawn(process.execPath, ['apps/admin-cli/dist/main.js', ...args], options);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (this.out += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (this.err += chunk));
    this.child = child;
    this.ended = once(child, 'close');
  }

  /** Waits for a line that it prints. */
  async printed(pattern: RegExp): Promise<void> {
    await eventually(
      () => {
        if (!pattern.test(this.out)) throw new Error(`it has not printed ${pattern}:\n${this.out}\n${this.err}`);
      },
      { everyMs: 5, withinMs: 20_000 },
    );
  }

  signal(signal: NodeJS.Signals): Promise<AdminOutcome> {
    this.child.kill(signal);
    return this.outcome();
  }

  async outcome(): Promise<AdminOutcome> {
    await this.ended;
    return { code: this.child.exitCode, signal: this.child.signalCode, out: this.out, err: this.err };
  }
}
