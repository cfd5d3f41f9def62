import { setTimeout as delay } from 'node:timers/promises';
import type { WorkerPresence } from '@grantkeeper/platform/gates/worker-presence';
import { Ticker } from './ticker.js';

const everyMs = 1_000;
/** While parts are being moved between workers. */
const soonMs = 150;
const soonAtMost = 5;

/** Renews this worker's place among the workers, and hears what the others have learned. */
export class Heartbeat {
  private readonly ticker: Ticker;

  constructor(private readonly presence: WorkerPresence) {
    this.ticker = new Ticker(everyMs, () => this.beat());
  }

  async start(): Promise<void> {
    await this.presence.join().catch(() => undefined); // without the database there is nothing to divide; the next beat joins
    this.ticker.start();
  }

  /** Somebody joined, or a provider was heard. */
  now(): void {
    void this.ticker.now();
  }

  /** When nothing is under way any more: the others take over its part at once. */
  async stop(): Promise<void> {
    await this.ticker.stop();
    await this.presence.leave().catch(() => undefined);
  }

  private async beat(): Promise<void> {
    for (let beats = 0; (await this.presence.beat()) && beats < soonAtMost; beats += 1) await delay(soonMs);
  }
}
