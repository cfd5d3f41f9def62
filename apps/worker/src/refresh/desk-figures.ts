import { isDatabaseAway } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import type { ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import type { WorkerPresence } from '@grantkeeper/platform/gates/worker-presence';
import { countToRewrap } from '@grantkeeper/platform/keys/count-to-rewrap';
import { plainError } from '@grantkeeper/platform/observability/logger';
import { countDueRefreshes } from '@grantkeeper/platform/refresh/count-due';
import { Ticker } from '../runtime/ticker.js';
import type { WorkerLog } from '../runtime/worker-log.js';

/** Unchanged gates are told again after so many looks: their row may have been lost. */
const tellAgainAfter = 30;

/** What operators see and no event tells: this worker's gates, the forecast of what falls due, and what is left to rewrap. */
export class DeskFigures {
  private readonly seconds: Ticker;
  private readonly hours: Ticker;
  private told = '';
  private looks = 0;

  constructor(
    private readonly pool: SqlPool,
    private readonly gates: Pick<ProviderGates, 'told'>,
    private readonly presence: Pick<WorkerPresence, 'tell'>,
    private readonly log: WorkerLog,
  ) {
    this.seconds = new Ticker(1_000, () => this.guarded(() => this.look()));
    this.hours = new Ticker(3_600_000, () => this.guarded(async () => void (await countToRewrap(this.pool))));
  }

  start(): void {
    this.seconds.start();
    this.hours.start();
    void this.hours.now();
  }

  async stop(): Promise<void> {
    await Promise.all([this.seconds.stop(), this.hours.stop()]);
  }

  private async look(): Promise<void> {
    await this.tellGates();
    await countDueRefreshes(this.pool);
  }

  /** An open breaker's seconds run by themselves: that is no news. */
  private async tellGates(): Promise<void> {
    const gates = this.gates.told();
    const now = JSON.stringify(gates.map(({ openSeconds, ...gate }) => ({ ...gate, isOpen: openSeconds !== null })));
    this.looks += 1;
    if (now === this.told && this.looks < tellAgainAfter) return;
    if (await this.presence.tell(gates)) {
      this.told = now;
      this.looks = 0;
    }
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isDatabaseAway(error)) this.log.error({ err: plainError(error) }, 'figures for operators failed');
    }
  }
}
