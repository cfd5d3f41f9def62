import { setTimeout as pause } from 'node:timers/promises';
import { expectThat, type Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';

const skewSeconds = 600;

/** The clocks of machines are wrong and leap, while PostgreSQL and the providers keep the true time. */
export const clockSkew: Fault = {
  name: 'F18',
  title: 'the clocks of api and workers leap ten minutes ahead and back',
  expected: 'every instant is PostgreSQL’s: no expired token goes out, nothing is refreshed more often for it',
  stage: { withClocks: true },
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 4, full: 20 },
      caughtUpWithinSeconds: 10,
      async harm(seconds, load) {
        const before = load.refreshed;
        const begun = performance.now();
        for (const whose of ['api', 'worker'] as const) {
          for (const leap of [skewSeconds, -skewSeconds, 0]) {
            stage.clocks.set(whose, leap);
            stage.note(`the clock of the ${whose} processes is wrong by ${leap} s`);
            await pause((leap === 0 ? 1 : seconds) * 1000);
          }
        }
        const perSecond = ((load.refreshed - before) * 1000) / (performance.now() - begun);
        expectThat(perSecond < 2 * load.plan.refreshesPerSecond, `${perSecond.toFixed(1)} refreshes a second`);
        const { json } = stage.worker().log.lines.findLast((line) => line.json?.time !== undefined) ?? {};
        stage.note(`${perSecond.toFixed(1)} refreshes a second meanwhile; the worker's last line is of ${String(json?.time)}`);
      },
    }),
};
