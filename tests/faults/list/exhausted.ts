import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import type { ManagedProcess } from '../../support/managed-process.js';
import { expectThat, type Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** A process has no file descriptor left; a process does nothing at all between mark and first byte. */
export const exhausted: Fault = {
  name: 'F27',
  title: 'no file descriptor is left; the event loop is blocked between mark and first byte',
  expected: 'what cannot be connected is not sent and tried again; what woke up too late is not sent either',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 8, full: 60 },
      caughtUpWithinSeconds: 40, // a mark under which nothing is sent rests for 30 s where its worker cannot take it back
      lifetimeSeconds: 300,
      async harm(seconds) {
        const [blocked, starved] = stage.system.workers;
        if (!blocked || !starved) throw new Error('two workers are needed');
        const limits = [starved, ...stage.system.apis].map((one) => ({ one, limit: limitFiles(one) }));
        stage.note('no file descriptor is left in a worker and in the api');
        await pause(seconds * 500);
        for (const { one, limit } of limits) setLimit(one, limit);
        await blocked.stop();
        const seen = blocked.log.lines.length;
        await blocked.start({ failPoint: `refresh.after-mark:freeze:${seconds * 1000}@5` });
        await eventually(
          () =>
            expectThat(
              blocked.log.lines.slice(seen).some(({ json }) => json?.failPoint !== undefined),
              'no event loop is blocked',
            ),
          { withinMs: 30_000 },
        );
        stage.note('an event loop is blocked');
        await pause(seconds * 1000);
      },
    }),
};

/** Leaves the process no descriptor beyond those it has; answers its limit until now. */
function limitFiles(one: ManagedProcess): number {
  const limit = Number(
    execFileSync('prlimit', ['--pid', String(one.pid), '--nofile', '--raw', '--noheadings', '--output', 'SOFT']),
  );
  const highest = Math.max(...readdirSync(`/proc/${one.pid}/fd`).map(Number));
  setLimit(one, highest + 1);
  return limit;
}

function setLimit(one: ManagedProcess, files: number): void {
  execFileSync('prlimit', ['--pid', String(one.pid), `--nofile=${files}:`]);
}
