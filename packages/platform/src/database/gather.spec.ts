import { describe, expect, it } from '@jest/globals';
import { Gather, type GatherOptions } from './gather.js';

interface Run {
  items: number[];
  answer(outputs?: string[]): void;
  fail(error: Error): void;
}

/** A gatherer whose runs are answered by hand. */
function byHand(options?: GatherOptions<number>): { gather: Gather<number, string>; runs: Run[] } {
  const runs: Run[] = [];
  const gather = new Gather<number, string>(
    (items) =>
      new Promise((resolve, reject) => {
        runs.push({ items, answer: (outputs = items.map(String)) => resolve(outputs), fail: reject });
      }),
    options,
  );
  return { gather, runs };
}

/** Lets everything that is due on the event loop happen. */
async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describe('gathering', () => {
  it('sends what is asked in one turn of the event loop together, and gives each its own answer', async () => {
    const { gather, runs } = byHand();
    const asked = Promise.all(numbers(30).map((item) => gather.ask(item)));
    await turns();
    expect(runs.map(({ items }) => items)).toEqual([numbers(30)]);
    runs[0]?.answer();
    expect(await asked).toEqual(numbers(30).map(String));
  });

  it('runs no more at once than allowed; what comes meanwhile goes out together afterwards', async () => {
    const { gather, runs } = byHand({ maxItems: 2, maxRunning: 2 });
    const asked = Promise.all(numbers(7).map((item) => gather.ask(item)));
    await turns(5);
    expect(runs.map(({ items }) => items)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    runs[0]?.answer();
    await turns(5);
    expect(runs.map(({ items }) => items)).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
    runs[1]?.answer();
    runs[2]?.answer();
    await turns(5);
    runs[3]?.answer();
    expect(await asked).toEqual(numbers(7).map(String));
  });

  it('goes on after a run has failed, which all of that run are told', async () => {
    const { gather, runs } = byHand({ maxItems: 2, maxRunning: 1 });
    const asked = numbers(3).map((item) => gather.ask(item).catch((error: Error) => error.message));
    await turns();
    runs[0]?.fail(new Error('away'));
    await turns();
    runs[1]?.answer();
    expect(await Promise.all(asked)).toEqual(['away', 'away', '2']);
  });

  it('fails a run that does not answer each of its callers, rather than give one nothing or another’s answer', async () => {
    const { gather, runs } = byHand();
    const asked = numbers(2).map((item) => gather.ask(item).catch((error: Error) => error.message));
    await turns();
    runs[0]?.answer(['only one']);
    expect(await Promise.all(asked)).toEqual([
      expect.stringContaining('1 answers to 2 callers'),
      expect.stringContaining('1 answers to 2 callers'),
    ]);
  });

  it('never sends two of one key together', async () => {
    const { gather, runs } = byHand({ maxRunning: 1, keyOf: (item) => String(item % 2) });
    const asked = Promise.all([0, 2, 1, 4].map((item) => gather.ask(item)));
    for (let run = 0; run < 3; run += 1) {
      await turns();
      runs[run]?.answer();
    }
    expect(runs.map(({ items }) => items)).toEqual([[0, 1], [2], [4]]);
    expect(await asked).toEqual(['0', '2', '1', '4']);
  });

  it.each(['22003', '23505'])('lets a value that PostgreSQL refuses (%s) fail its own caller alone', async (code) => {
    const run = async (items: number[]): Promise<string[]> => {
      if (items.includes(5)) throw Object.assign(new Error('refused'), { code });
      return items.map(String);
    };
    const gather = new Gather(run);
    const asked = numbers(9).map((item) => gather.ask(item).catch((error: Error) => error.message));
    expect(await Promise.all(asked)).toEqual(numbers(9).map((item) => (item === 5 ? 'refused' : String(item))));
  });

  it('asks nothing again where the database is away or gave up', async () => {
    const { gather, runs } = byHand();
    const asked = numbers(3).map((item) => gather.ask(item).catch((error: Error) => error.message));
    await turns();
    runs[0]?.fail(Object.assign(new Error('deadlock'), { code: '40P01' }));
    expect(await Promise.all(asked)).toEqual(['deadlock', 'deadlock', 'deadlock']);
    expect(runs).toHaveLength(1);
  });
});
