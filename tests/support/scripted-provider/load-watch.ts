import type { ServerResponse } from 'node:http';
import type { PlainAnswer } from './plain-answer.js';

/** How much is asked of an endpoint: at once, and in each second of the clock; refuses what is too much. */
export class LoadWatch {
  /** The most that was ever under way at once. */
  peak = 0;
  refused = 0;
  /** Refuses what comes in one second after so many. */
  perSecond = Number.POSITIVE_INFINITY;
  private underWay = 0;
  private second = 0;
  private inSecond = 0;

  /** Enters a request, until its answer or its connection ends; a refusal where it is too much. */
  enter(response: ServerResponse): PlainAnswer | null {
    this.underWay += 1;
    this.peak = Math.max(this.peak, this.underWay);
    response.once('close', () => {
      this.underWay -= 1;
    });
    const second = Math.floor(Date.now() / 1000);
    this.inSecond = second === this.second ? this.inSecond + 1 : 1;
    this.second = second;
    if (this.inSecond <= this.perSecond) return null;
    this.refused += 1;
    return { status: 429, headers: { 'retry-after': '1' }, body: { error: 'slow_down' } };
  }
}
