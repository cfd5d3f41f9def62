import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** Everything that Redis holds is gone, while jobs wait and run. */
export const redisFlushed: Fault = {
  name: 'F3',
  title: 'FLUSHALL, again and again, with jobs waiting',
  expected: 'everything that is due is queued again within 10 s',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 6, full: 30 },
      caughtUpWithinSeconds: 10,
      async harm(seconds) {
        for (let left = seconds; left > 0; left -= 6) {
          await stage.system.redis?.client.flushall();
          await pause(stage.random.between(3_000, 9_000)); // lost work is trusted to the queue for 5 s
        }
        for (const worker of stage.system.workers) worker.freeze(); // so that all that is due waits in the queue
        await pause(2_000);
        await stage.system.redis?.client.flushall();
        for (const worker of stage.system.workers) worker.thaw();
        stage.note('Redis is empty');
      },
    }),
};
