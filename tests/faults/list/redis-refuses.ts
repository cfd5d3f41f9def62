import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { expectThat, type Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';
import type { Stage } from '../harness/stage.js';

/** Redis is there and takes nothing, or takes it and may forget it. */
export const redisRefuses: Fault = {
  name: 'F4',
  title: 'Redis is full, only read, or allowed to evict',
  expected: 'the worker names it; full or only read, jobs run in the workers; evicting, the worker is not ready',
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 4, full: 20 },
      caughtUpWithinSeconds: 10,
      async harm(seconds, load) {
        const redis = stage.system.redis?.client;
        if (!redis) throw new Error('This needs a redis-server on the PATH (apt-get install redis-server).');
        const refusals: [string, () => Promise<unknown>, () => Promise<unknown>][] = [
          ['full', () => redis.config('SET', 'maxmemory', '1'), () => redis.config('SET', 'maxmemory', '0')],
          ['only read', () => redis.replicaof('127.0.0.1', 9), () => redis.replicaof('NO', 'ONE')],
        ];
        for (const [what, harm, mend] of refusals) {
          await harm();
          const before = load.refreshed;
          stage.note(`Redis is ${what}`);
          await named(stage, 'degraded', 'queue', 200);
          await pause(seconds * 1000);
          expectThat(load.refreshed > before, `nothing was refreshed while Redis was ${what}`);
          await mend();
        }
        await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
        await named(stage, 'down', 'queue_evicts', 503);
        await redis.config('SET', 'maxmemory-policy', 'noeviction');
      },
    }),
};

async function named(stage: Stage, as: 'down' | 'degraded', what: string, status: number): Promise<void> {
  await eventually(async () => {
    const health = await fetch(`${stage.worker().url}/health/ready`);
    const told = (await health.json()) as Record<typeof as, string[]>;
    expectThat(health.status === status && told[as].includes(what), `${health.status} ${JSON.stringify(told)}`);
  });
}
