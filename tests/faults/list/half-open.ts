import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

/** The network between workers and PostgreSQL, then Redis, drops everything and says nothing; afterwards it has forgotten the connections there were. */
export const halfOpen: Fault = {
  name: 'F28',
  title: 'the network from the workers to PostgreSQL, then to Redis, drops everything in silence',
  expected: 'noticed within 15 s; answers are held meanwhile, new connections made by themselves',
  stage: { withNetwork: true },
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 8, full: 60 },
      caughtUpWithinSeconds: 30,
      lifetimeSeconds: 300,
      async harm(seconds) {
        for (const proxy of [stage.network.toRedis, stage.network.toPostgres]) {
          if (!proxy) continue;
          proxy.goSilent();
          stage.note('the network is silent');
          await pause(seconds * 1000);
          proxy.forget();
          proxy.speak();
          stage.note('the network is back, without the connections that it carried');
        }
      },
    }),
};
