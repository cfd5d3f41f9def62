import { describe, expect, it } from '@jest/globals';
import { type Paced, ProviderGates } from './provider-gates.js';

let nowMs = 0;
const newGates = () => new ProviderGates({ now: () => nowMs, place: () => ({ members: 1, rank: 0 }), teach: () => undefined });
const lesson = { origin: 'https://one.example', clientId: 'c', perSecond: 100, ageSeconds: 0, closedSeconds: 0 };

function due(count: number, change: Partial<Paced> = {}): Paced[] {
  const one = { tokenUrl: 'https://one.example/token', clientId: 'c', isNew: true, name: 'grants.refresh-due' } as const;
  return Array.from({ length: count }, () => ({ ...one, ...change }));
}

describe('a plan for what is due', () => {
  it('queues within a second what the gate takes in a second, evenly, and gives the others their turns', () => {
    const { queue, later } = newGates().plan(due(300).map((one) => one));
    expect(queue.length + later.length).toBe(300);
    const gates = newGates();
    gates.learn([lesson]);
    const paced = gates.plan(due(300));
    expect(paced.queue).toHaveLength(101);
    expect(paced.queue.map(({ seconds }) => seconds)).toEqual(
      Array.from({ length: 101 }, (_, index) => expect.closeTo(index / 100)),
    );
    expect(paced.later.at(-1)?.seconds).toBeCloseTo(3, 1);
  });

  it('keeps nobody else waiting', () => {
    const gates = newGates();
    gates.learn([lesson]);
    gates.plan(due(5_000));
    const other = gates.plan(due(10, { tokenUrl: 'https://two.example/token' }));
    expect(other.queue).toHaveLength(10);
    expect(other.queue.at(-1)?.seconds).toBeLessThan(0.1);
  });

  it('takes what somebody waits for first, but for every fourth; then what has had its turn; then what is new', () => {
    const gates = newGates();
    gates.learn([lesson]);
    const mixed = [...due(200), ...due(80, { isNew: false }), ...due(60, { name: 'grants.refresh', isNew: false })];
    const { queue, later } = gates.plan(mixed);
    const counted = (name: Paced['name'], isNew: boolean) =>
      queue.filter(({ one }) => one.name === name && one.isNew === isNew).length;
    expect([counted('grants.refresh', false), counted('grants.refresh-due', false), counted('grants.refresh-due', true)]).toEqual(
      [60, 41, 0],
    );
    expect(later.filter(({ one }) => !one.isNew).every(({ seconds }) => seconds < 1.1)).toBe(true);
    expect(queue.slice(0, 4).map(({ one }) => one.name)).toEqual([...Array(3).fill('grants.refresh'), 'grants.refresh-due']);
  });

  it('waits for a closed gate', () => {
    const gates = newGates();
    gates.learn([{ ...lesson, closedSeconds: 30 }]);
    const { queue, later } = gates.plan([...due(5), ...due(5, { isNew: false })]);
    expect(queue).toEqual([]);
    expect(later.every(({ seconds }) => seconds >= 29)).toBe(true);
  });

  it('goes on as time passes', () => {
    const gates = newGates();
    gates.learn([lesson]);
    gates.plan(due(500));
    nowMs += 1_000;
    expect(gates.plan(due(150, { isNew: false })).queue.length).toBeGreaterThan(98);
  });

  it('gives turns for a few seconds at most where the pace is only what slow calls make of it: the next may be fast', async () => {
    const gates = newGates();
    const permits = await Promise.all(
      Array.from({ length: 20 }, () =>
        gates.enter('https://one.example/token', 'c', { profileId: 'p', limits: undefined, isResend: false, isAwaited: false }),
      ),
    );
    nowMs += 2_000; // a worker that was held, or a provider that hung
    const { queue, later } = gates.plan(due(500));
    expect(queue).toHaveLength(11);
    expect(Math.max(...later.map(({ seconds }) => seconds))).toBeLessThanOrEqual(5);
    for (const permit of permits) if ('release' in permit) permit.release();
    nowMs += 1_000;
    const next = gates.plan([...due(100, { isNew: false }), ...due(100)]);
    expect(next.later).toEqual([]);
  });

  it('does not look each second at what cannot have its turn by then', async () => {
    const gates = newGates();
    const { later } = gates.plan(due(2_000, { isNew: false }));
    expect(later.filter(({ seconds }) => seconds > 2).length).toBeGreaterThan(1_000);
  });

  it('leaves alone what names no provider', () => {
    expect(
      newGates()
        .plan(due(2, { tokenUrl: null }))
        .queue.map(({ seconds }) => seconds),
    ).toEqual([0, 0]);
  });
});
