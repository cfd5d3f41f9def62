import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { expectThat, type Fault } from '../fault.js';
import { throughOutage } from '../harness/outage.js';
import type { Stage } from '../harness/stage.js';
import { failing } from './postgres-refuses.js';

/** A worker looks every 10 s. */
const seenWithinMs = 15_000;

/** No space is left where answers would be spilled, then in PostgreSQL. */
export const diskFull: Fault = {
  name: 'F26',
  title: 'the disk of SPILL_DIR is full, then PostgreSQL’s',
  expected: 'workers are not ready, name it and send nothing until there is space; no half-stored token',
  stage: { withDisk: true },
  run: (stage, scale) =>
    throughOutage(stage, scale, {
      seconds: { short: 3, full: 20 },
      caughtUpWithinSeconds: 20,
      async harm(seconds, load) {
        stage.disk.fill();
        await spillIsDown(stage, true);
        stage.note('SPILL_DIR is full, and the workers say so');
        await pause(1_000); // what was under way
        const before = load.refreshed;
        await pause(seconds * 1000);
        expectThat(load.refreshed === before, `${load.refreshed - before} refreshes although no answer could be spilled`);
        const alarm = stage.worker().log.lines.some(({ json }) => String(json?.msg).startsWith('SPILL_DIR cannot be written'));
        expectThat(alarm, 'no line in the log says that SPILL_DIR cannot be written');
        stage.disk.clear();
        await spillIsDown(stage, false);
        await failing(stage, seconds * 1000, '53100', 1);
      },
    }),
};

async function spillIsDown(stage: Stage, isDown: boolean): Promise<void> {
  await eventually(
    async () => {
      for (const { url } of stage.system.workers) {
        const { down } = (await (await fetch(`${url}/health/ready`)).json()) as { down: string[] };
        expectThat(down.includes('spill') === isDown, `a worker is down for: ${down.join(', ')}`);
      }
    },
    { withinMs: seenWithinMs },
  );
}
