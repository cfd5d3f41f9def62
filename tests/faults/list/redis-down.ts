import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** Redis ends and comes back. */
export const redisDown: Fault = {
  name: 'F1',
  title: 'Redis is down for a while',
  expected: 'workers do the jobs in their own processes and say so; no refresh is late, nothing is lost',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 10, full: 60 },
      caughtUpWithinSeconds: 10,
      async harm(seconds, load) {
        const before = load.refreshed;
        await stage.redis.stop();
        stage.note('Redis is down');
        await pause(seconds * 1000);
        const { degraded } = (await (await fetch(`${stage.worker().url}/health/ready`)).json()) as { degraded: string[] };
        expectThat(degraded.includes('queue'), `the worker names as degraded: ${degraded.join(', ')}`);
        expectThat(load.refreshed > before, 'nothing was refreshed meanwhile');
        await stage.redis.start();
        stage.note('Redis is back');
      },
    }),
};
