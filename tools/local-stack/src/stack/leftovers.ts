import { join } from 'node:path';
import { readIfThere, writePrivateFile } from '../private-file.js';
import { commandLineOf, endProcess, isAlive } from '../processes.js';
import { root } from './settings.js';

interface RunningFile {
  stack: number;
  /** Process id by path of the program. */
  programs: Record<string, number>;
}

const marks = ['start.mjs', 'local-stack'];

/** Remembers which processes belong to this start, for the next one, in case this one is killed. */
export class RunningPrograms {
  private readonly programs: Record<string, number> = {};
  private readonly file: string;
  private isOurs = false;

  constructor(folder: string) {
    this.file = join(folder, 'running.json');
  }

  /** Refuses to be the second stack on one folder; ends the programs that a killed stack left running, and answers how many. */
  async takeOver(): Promise<number> {
    const left = JSON.parse(readIfThere(this.file) ?? '{}') as Partial<RunningFile>;
    if (left.stack && left.stack !== process.pid && runs(left.stack, marks)) {
      throw new Error(`The local stack runs already (process ${left.stack}).`);
    }
    const orphans = Object.entries(left.programs ?? {}).filter(([path, pid]) => runs(pid, [join(root, path)]));
    await Promise.all(orphans.map(([, pid]) => endProcess(pid, ['SIGTERM', 'SIGKILL'], 30_000)));
    this.isOurs = true;
    this.write();
    return orphans.length;
  }

  add(path: string, pid: number): void {
    this.programs[path] = pid;
    this.write();
  }

  /** Everything has ended in order. */
  clear(): void {
    if (this.isOurs) writePrivateFile(this.file, '{}');
  }

  private write(): void {
    writePrivateFile(this.file, JSON.stringify({ stack: process.pid, programs: this.programs } satisfies RunningFile));
  }
}

/** Numbers of processes are used again: the command line must be one of ours. */
function runs(pid: number, anyOf: readonly string[]): boolean {
  const command = isAlive(pid) ? commandLineOf(pid) : '';
  return anyOf.some((part) => command.includes(part));
}
