import { eventually } from '@grantkeeper/tests/support/eventually';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Ticker } from './ticker.js';

const tickers: Ticker[] = [];
afterEach(async () => {
  await Promise.all(tickers.splice(0).map((ticker) => ticker.stop()));
});

/** A ticker whose runs end when told, and what became of them. */
function byHand(intervalMs: number) {
  const ends: (() => void)[] = [];
  const counts = { running: 0, most: 0, begun: 0 };
  const work = async (): Promise<void> => {
    counts.begun += 1;
    counts.running += 1;
    counts.most = Math.max(counts.most, counts.running);
    await new Promise<void>((resolve) => ends.push(resolve));
    counts.running -= 1;
  };
  const ticker = new Ticker(intervalMs, work);
  tickers.push(ticker);
  return { ticker, counts, work, endOne: () => ends.shift()?.() };
}
const begun = (counts: { begun: number }, count: number) => eventually(() => expect(counts.begun).toBe(count), { everyMs: 5 });

describe('a ticker', () => {
  it('repeats its work, one run at a time, until it is stopped', async () => {
    const { ticker, counts, endOne } = byHand(1);
    ticker.start();
    for (let run = 1; run <= 5; run += 1) {
      await begun(counts, run);
      endOne();
    }
    await begun(counts, 6);
    const stopping = ticker.stop();
    endOne();
    await stopping;
    expect(counts).toEqual({ begun: 6, running: 0, most: 1 });
  });

  it('waits at stop for the run under way', async () => {
    const { ticker, counts, endOne } = byHand(1);
    ticker.start();
    await begun(counts, 1);
    let stopped = false;
    const stopping = ticker.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    endOne();
    await stopping;
    expect(counts.running).toBe(0);
  });

  it('does not wait for the interval when it is told to run now', async () => {
    const { ticker, counts, endOne } = byHand(3_600_000);
    ticker.start();
    const now = ticker.now();
    await begun(counts, 1);
    endOne();
    await now;
  });

  it('runs once more after the run under way, however often it was told to meanwhile', async () => {
    const { ticker, counts, work, endOne } = byHand(3_600_000);
    ticker.start();
    const told = [ticker.now(work)];
    await begun(counts, 1);
    for (let times = 0; times < 1_000; times += 1) told.push(ticker.now(work));
    endOne();
    await begun(counts, 2);
    endOne();
    await Promise.all(told);
    expect(counts).toMatchObject({ begun: 2, most: 1 });
  });

  it('does nothing before it is started and after it is stopped', async () => {
    const { ticker, counts } = byHand(1);
    await ticker.now();
    ticker.start();
    await ticker.stop();
    await ticker.now();
    expect(counts.begun).toBe(0);
  });

  it('goes on after a run that failed', async () => {
    let runs = 0;
    const ticker = new Ticker(1, () => {
      runs += 1;
      return Promise.reject(new Error('failed'));
    });
    tickers.push(ticker);
    ticker.start();
    await eventually(() => expect(runs).toBeGreaterThan(3), { everyMs: 5 });
    await ticker.stop();
  });
});
