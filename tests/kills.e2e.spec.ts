import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Stage } from './faults/harness/stage.js';
import { exchangeKills } from './faults/list/exchange-kills.js';
import { refreshKills } from './faults/list/refresh-kills.js';

/** A small part of what `npm run faults` does (docs/operations/faults.md). */
describe('workers killed by SIGKILL, with flights caught at each point between prepare and the end of the job', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open({ api: 1, worker: 1 }, 1);
  }, 60_000);
  afterAll(() => stage?.close(), 60_000);

  it.each([exchangeKills, refreshKills])(
    '$title: $expected',
    async (fault) => {
      const { runs } = await fault.run(stage, { kills: 1, full: false });
      expect(runs).toBeGreaterThanOrEqual(10);
    },
    180_000,
  );

  it('leave no violation of any invariant behind, once the locks of the dead have run out', async () => {
    expect(await stage.recheck()).toEqual([]);
  }, 90_000);
});
