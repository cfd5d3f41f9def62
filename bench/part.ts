import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Wire } from './wire.js';

/** The repository's root, seen from the compiled file. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface Program {
  name: string;
  /** Path from the root. */
  file: string;
  env: Record<string, string>;
  /** Folder for its output. */
  logs: string;
  nodeFlags?: string[];
  /** Where it will listen; it is ready when somebody does. Without: when it says "listening" or "ready". */
  port?: number;
}

let started = 0;

interface ReadyLine {
  msg?: string;
  port?: number;
}

/** A process under measurement. Its output goes to a file: nobody here spends time on reading it along. */
export class Part {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    /** Null where it serves nobody. */
    private readonly servesOn: number | null,
  ) {}

  /** Starts the program and waits until it is ready. */
  static async start({ name, file, env, logs, nodeFlags = [], port }: Program): Promise<Part> {
    started += 1;
    const log = join(logs, `${name}-${started}.log`);
    const output = openSync(log, 'w', 0o600);
    const inherited = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', TZ: 'UTC', NODE_ENV: 'production' };
    const child = spawn(process.execPath, [...nodeFlags, file], {
      cwd: root,
      env: { ...inherited, ...env },
      stdio: ['ignore', output, output],
    });
    closeSync(output);
    for (const deadline = performance.now() + 60_000; performance.now() < deadline; await pause(20)) {
      const text = readFileSync(log, 'utf8');
      const ready = port === undefined ? readyLine(text) : (await isListening(port)) && { port };
      if (ready) return new Part(name, child, ready.port ?? null);
      if (child.exitCode !== null) throw new Error(`${name} ended before it was ready:\n${text.slice(-2000)}`);
    }
    child.kill('SIGKILL');
    throw new Error(`${name} did not get ready within a minute`);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get port(): number {
    if (this.servesOn === null) throw new Error(`${this.name} listens on no port`);
    return this.servesOn;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    const ended = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), 30_000);
    await ended;
    clearTimeout(late);
  }
}

function isListening(port: number): Promise<boolean> {
  return Wire.open(port).then(
    (wire) => {
      wire.close();
      return true;
    },
    () => false,
  );
}

function readyLine(text: string): ReadyLine | undefined {
  for (const line of text.split('\n')) {
    if (!/"msg":"(listening|ready)"/.test(line)) continue;
    return JSON.parse(line) as ReadyLine;
  }
  return undefined;
}
