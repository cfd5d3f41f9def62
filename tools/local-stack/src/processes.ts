import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** True while a process with this id exists, whoever owns it. A zombie counts as ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

function isZombie(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false; // no /proc on this platform
  }
}

/** The command line of a live process, or '' when it can't be read; slim images have /proc but no `ps`. */
export function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    try {
      return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' }).trim();
    } catch {
      return '';
    }
  }
}

/** Asks until the answer is neither undefined nor false, or the time is over; then answers undefined. */
export async function poll<T>(
  ask: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs: number,
): Promise<T | undefined> {
  const deadline = performance.now() + timeoutMs;
  for (let wait = 10; ; wait = Math.min(wait * 1.5, 200)) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (performance.now() >= deadline) return undefined;
    await pause(wait);
  }
}

/** Sends the signals one after the other, each with time to work, until the process is gone. */
export async function endProcess(pid: number, signals: readonly NodeJS.Signals[], eachMs: number): Promise<void> {
  for (const signal of signals) {
    if (!isAlive(pid)) return;
    signalProcess(pid, signal);
    if (await poll(() => !isAlive(pid), eachMs)) return;
  }
}

/** Sends a signal; a process that is gone already is no failure. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
