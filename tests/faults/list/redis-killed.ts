import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** Redis keeps an append-only file, written to the disk each second: it comes back with all but the last jobs. */
export const redisKilled: Fault = {
  name: 'F2',
  title: 'Redis is killed and comes back, again and again',
  expected: 'the jobs that it forgot are found in PostgreSQL, those that it kept do no harm',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 8, full: 40 },
      caughtUpWithinSeconds: 10,
      async harm(seconds) {
        for (let left = seconds; left > 0; left -= 2) {
          await stage.redis.kill();
          stage.note('Redis is killed');
          await stage.redis.start();
          await pause(stage.random.between(500, 2_000));
        }
      },
    }),
};
