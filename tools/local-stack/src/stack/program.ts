import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, poll } from '../processes.js';
import type { Launched } from './keeper.js';
import { root } from './settings.js';

/** One of our Node programs as a process of the stack. */
export interface Program {
  /** Path from the root of the tree. */
  path: string;
  env: Record<string, string | undefined>;
  logFile: string;
  /** What answers 200 once the program can work. */
  readyUrl: string;
  /** How long it may take to drain before it is killed. */
  drainMs: number;
  /** Hears the process id at once, so that a later start can find what this one left behind. */
  spawned(pid: number): void;
}

const readyWithinMs = 60_000;
const tailLines = 15;
const longLogBytes = 10 * 1024 * 1024;

/** Starts the program and waits until it answers; one that ends before throws with the end of its log. */
export async function launchProgram(program: Program, stopping: AbortSignal): Promise<Launched> {
  const from = startLog(program);
  const { child, pid } = spawnProgram(program);
  program.spawned(pid);
  const ended = endOf(child);
  let hasEnded: string | undefined;
  void ended.then((why) => (hasEnded = why));
  const stop = () => endProcess(pid, ['SIGTERM', 'SIGKILL'], program.drainMs);
  const ready = await poll(
    async () => hasEnded !== undefined || stopping.aborted || (await answersOk(program.readyUrl)),
    readyWithinMs,
  );
  if (ready && hasEnded === undefined && !stopping.aborted) return { pid, ended, stop };
  await stop();
  const why = hasEnded ?? `no answer at ${program.readyUrl}`;
  throw new Error(`${why}; the end of ${program.logFile}:\n${tailOf(program.logFile, from)}`);
}

function spawnProgram({ path, env, logFile }: Program): { child: ChildProcess; pid: number } {
  const output = openSync(logFile, 'a', 0o600); // a file, not a pipe: the program lives on when we are killed
  try {
    const child = spawn(process.execPath, [join(root, path)], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', output, output],
      detached: true, // Ctrl-C reaches the whole group; the parts end in our order
    });
    if (child.pid === undefined) throw new Error(`${path} could not be started`);
    return { child, pid: child.pid };
  } finally {
    closeSync(output);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
}

/** True when the URL answers 200 within two seconds. */
export async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** Puts a log that has grown long aside, and answers where the new part begins. */
function startLog({ logFile }: Program): number {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size < longLogBytes) return size;
  renameSync(logFile, `${logFile}.old`);
  return 0;
}

function tailOf(logFile: string, from: number): string {
  return readFileSync(logFile).subarray(from).toString().trimEnd().split('\n').slice(-tailLines).join('\n');
}
