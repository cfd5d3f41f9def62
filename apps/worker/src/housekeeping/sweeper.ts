import type { JobName } from '@grantkeeper/contracts/jobs';
import { expireAuthorizations } from '@grantkeeper/platform/authorizations/expire-authorizations';
import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import type { UnitOfWork } from '@grantkeeper/platform/database/unit-of-work';
import type { ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import { forecastBatch, forecastRefreshTokenEnds } from '@grantkeeper/platform/grants/refresh-token-ends';
import { plainError } from '@grantkeeper/platform/observability/logger';
import {
  batch,
  type Due,
  dueDeletions,
  dueExchanges,
  dueRebinds,
  dueRefreshes,
  dueRevocations,
  dueTestRuns,
  parkRefreshes,
} from '@grantkeeper/platform/outbox/due-work';
import type { JobRow } from '@grantkeeper/platform/outbox/outbox';
import { forgetOld, keepPartitions } from '@grantkeeper/platform/outbox/retention';
import { endSilentTestRuns } from '@grantkeeper/platform/test-runs/end-test-runs';
import type { Dispatcher } from '../runtime/dispatcher.js';
import { Ticker } from '../runtime/ticker.js';
import type { WorkerLog } from '../runtime/worker-log.js';
import { PacedRefreshes } from './paced-refreshes.js';

const due: [JobName, (pool: SqlPool) => Promise<Due[]>][] = [
  ['authorizations.exchange', dueExchanges],
  ['grants.revoke-upstream', dueRevocations],
  ['profiles.rebind-grants', dueRebinds],
  ['profiles.delete-grants', dueDeletions],
  ['test-runs.check', dueTestRuns],
];

/** How many batches of one kind a tick takes: the next is a second away, and what a queue holds too long is queued again. */
const rounds = 10;

/** Of the time between a refresh's due and its mark the look for it is the largest part: what nobody waits for yet is looked for this often all the same, and the rest each second. */
const refreshesEveryMs = 250;

/** Re-derives from PostgreSQL what is due, whatever became of the queue, and ends what ran out of time. Any number of sweepers may run: rows are taken by whoever locks them first. */
export class Sweeper {
  private readonly quarters: Ticker;
  private readonly seconds: Ticker;
  private readonly hours: Ticker;
  private readonly refreshes: PacedRefreshes;

  constructor(
    private readonly pool: SqlPool,
    private readonly unitOfWork: UnitOfWork,
    private readonly dispatcher: Dispatcher,
    gates: ProviderGates,
    private readonly log: WorkerLog,
  ) {
    this.refreshes = new PacedRefreshes(pool, gates, dispatcher);
    this.quarters = new Ticker(refreshesEveryMs, () => this.batches(dueRefreshes, (found) => this.refreshes.handOn(found)));
    this.seconds = new Ticker(1_000, () => this.sweep());
    this.hours = new Ticker(3_600_000, () => this.tidy());
  }

  start(): void {
    this.quarters.start();
    this.seconds.start();
    this.hours.start();
    void this.hours.now();
  }

  async stop(): Promise<void> {
    await Promise.all([this.quarters.stop(), this.seconds.stop(), this.hours.stop()]);
    this.refreshes.stop();
  }

  private async sweep(): Promise<void> {
    await this.guarded(async () => {
      for (let round = 0; round < rounds && (await parkRefreshes(this.pool)) === batch; round += 1);
    });
    for (const [name, find] of due)
      await this.batches(find, (found) => this.dispatcher.dispatch(found.map((one): JobRow => ({ name, ...one }))));
    await this.guarded(() => expireAuthorizations(this.unitOfWork));
    await this.guarded(async () => {
      for (let round = 0; round < rounds && (await forecastRefreshTokenEnds(this.pool)) === forecastBatch; round += 1);
    });
    await this.guarded(() => endSilentTestRuns(this.unitOfWork));
  }

  private batches<T extends Due>(find: (pool: SqlPool) => Promise<T[]>, handOn: (found: T[]) => Promise<void>): Promise<void> {
    return this.guarded(async () => {
      for (let round = 0; round < rounds; round += 1) {
        const found = await find(this.pool);
        await handOn(found);
        if (found.length < batch) break;
      }
    });
  }

  private async tidy(): Promise<void> {
    await this.guarded(() => keepPartitions(this.pool));
    await this.guarded(() => forgetOld(this.pool));
  }

  /** One part's failure keeps no other from its turn. */
  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDatabaseAway(error)) this.log.error({ err: plainError(error) }, 'sweep failed');
    }
  }
}
