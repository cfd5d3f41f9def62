import type { LiveChange } from '@grantkeeper/contracts/live/http';
import { coalesced } from '@grantkeeper/core/live/live-topics';
import type { Watcher } from './live-feed.js';

/** So often something is sent where nothing happens, for proxies that cut silent connections. */
const heartbeatMs = 15_000;
/** Messages go out together, at most so often. */
const restMs = 1_000;
/** How long somebody watches before it is looked up whether they still may. */
const trustMs = 30_000;

/** One watcher's server-sent events (HTML standard, section 9.2). */
export class LiveStream {
  private waiting: LiveChange[] = [];
  private wake: () => void = () => undefined;
  private over = false;

  constructor(private watcher: Watcher) {}

  get operatorId(): string {
    return this.watcher.operatorId;
  }

  /** Keeps what this watcher may see until the next message goes out. */
  tell(changes: readonly LiveChange[]): void {
    const seen = changes.filter((change) => this.watcher.sees(change));
    if (seen.length === 0) return;
    this.waiting = coalesced([...this.waiting, ...seen]);
    this.wake();
  }

  end(): void {
    this.over = true;
    this.wake();
  }

  /** The text of the stream; ends with `end`, and when the operator may not watch any more. */
  async *messages(): AsyncGenerator<string> {
    let trustedAt = performance.now();
    yield 'retry: 2000\n: changes\n\n'; // the headers leave with the first bytes
    while (!this.over) {
      await this.within(heartbeatMs, () => this.waiting.length > 0);
      if (this.over) return;
      if (performance.now() - trustedAt >= trustMs) {
        const watcher = await this.watcher.again().catch(() => this.watcher); // PostgreSQL is away: nobody else is let in meanwhile
        if (watcher === null) return;
        this.watcher = watcher;
        trustedAt = performance.now();
      }
      const told = this.waiting.filter((change) => this.watcher.sees(change));
      this.waiting = [];
      yield told.length === 0
        ? ': nothing new\n\n'
        : told.map((change) => `event: changed\ndata: ${JSON.stringify(change)}\n\n`).join('');
      await this.within(restMs, () => false);
    }
  }

  /** Waits until it is so, until the end, or so long. */
  private within(ms: number, isSo: () => boolean): Promise<void> {
    if (this.over || isSo()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => done(), ms);
      const done = (): void => {
        clearTimeout(timer);
        this.wake = () => undefined;
        resolve();
      };
      this.wake = () => (this.over || isSo() ? done() : undefined);
    });
  }
}
