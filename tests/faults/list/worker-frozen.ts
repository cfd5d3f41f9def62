import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** Longer than its jobs' locks last: another worker is given its jobs. */
export const workerFrozen: Fault = {
  name: 'F5',
  title: 'a worker is frozen (SIGSTOP), with jobs under way',
  expected: 'its jobs run again elsewhere and send nothing a second time; thawed, it settles the answers that came meanwhile',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 20, full: 45 },
      caughtUpWithinSeconds: 10,
      lifetimeSeconds: 300,
      async harm(seconds, load) {
        load.provider.latency(500); // so that some are under way at any moment
        await pause(2_000);
        stage.worker().freeze();
        stage.note('a worker is frozen');
        load.provider.latency(0);
        await pause(seconds * 1000);
        stage.worker().thaw();
        stage.note('it goes on');
      },
    }),
};
