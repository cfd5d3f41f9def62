import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: what Linux counts CPU time in for programs, on every architecture that Node runs on. */
const ticksPerSecond = 100;

interface Stat {
  parent: number;
  /** Own, and that of children which have ended and were waited for. */
  own: number;
  waitedFor: number;
}

/** CPU seconds that one process has used, its threads included: to the nanosecond where the kernel counts so (schedstat), else to 10 ms. */
export function cpuOf(pid: number): number {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const nanoseconds = threads.map((thread) =>
      Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
    );
    return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9;
  } catch {
    return statOf(pid)?.own ?? 0;
  }
}

/** CPU seconds of PostgreSQL: the postmaster and all its children, those that have ended included. */
export function cpuOfServer(postmaster: number): number {
  const server = statOf(postmaster);
  if (!server) return 0;
  const living = pids()
    .map(statOf)
    .filter((stat) => stat?.parent === postmaster);
  return living.reduce((sum, stat) => sum + (stat?.own ?? 0), server.own + server.waitedFor);
}

/** Resident memory in MB. */
export function memoryOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return (Number(kilobytes) * 1024) / 1e6; // the kernel's kB are KiB
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

/** Null where the process has ended. The command's name may hold blanks: what counts begins after its closing bracket. */
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const seconds = (index: number) => (fields[index] ?? 0) / ticksPerSecond;
    return { parent: fields[1] ?? 0, own: seconds(11) + seconds(12), waitedFor: seconds(13) + seconds(14) };
  } catch {
    return null;
  }
}
