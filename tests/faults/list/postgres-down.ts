import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** PostgreSQL ends and comes back. */
export const postgresDown: Fault = {
  name: 'F6',
  title: 'PostgreSQL is down for a while',
  expected:
    '503 with Retry-After to callers, no token request in vain, answers held until they are stored; all by itself afterwards',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 10, full: 60 },
      caughtUpWithinSeconds: 30,
      async harm(seconds, load) {
        await stage.postgres.stop();
        stage.note('PostgreSQL is down');
        const answer = await load.ask();
        expectThat(answer.status === 503, `an ask is answered ${answer.status} ${answer.text}`);
        expectThat(Number(answer.headers.get('retry-after')) > 0, 'there is no Retry-After');
        const health = await fetch(`${stage.worker().url}/health/ready`);
        expectThat(health.status === 503, `the worker calls itself ready: ${await health.text()}`);
        await pause(seconds * 1000);
        await stage.postgres.start();
        stage.note('PostgreSQL is back');
      },
    }),
};
