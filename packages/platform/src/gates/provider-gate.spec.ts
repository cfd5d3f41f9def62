import type { Place } from '@grantkeeper/core/grants/provider-limits';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type GateAsk, type Permit, ProviderGate, type Refusal } from './provider-gate.js';

const good = { kind: 'answer', status: 200, answer: { kind: 'tokens-json', json: {} } } as const;
const limited = { kind: 'answer', status: 429, answer: { kind: 'error', status: 429, error: '' } } as const;
const hung = { kind: 'no-answer', reason: 'timeout' } as const;

let place: Place | null;
let taught: { perSecond: number; closedSeconds: number }[];
let gate: ProviderGate;

beforeEach(() => {
  jest.useFakeTimers();
  place = { members: 1, rank: 0 };
  taught = [];
  gate = new ProviderGate({ now: () => performance.now(), place: () => place, teach: (lesson) => void taught.push(lesson) });
});
afterEach(() => void jest.useRealTimers());

const ask = (change: Partial<GateAsk> = {}): GateAsk => ({
  profileId: 'p',
  limits: undefined,
  isAwaited: false,
  isResend: false,
  ...change,
});
const isPermit = (answer: Permit | Refusal): answer is Permit => 'report' in answer;

/** Asks at once for so many, and keeps what was let through. */
async function entered(count: number, change: Partial<GateAsk> = {}): Promise<{ permits: Permit[]; refusals: Refusal[] }> {
  const asked = Array.from({ length: count }, () => Promise.resolve(gate.enter(ask(change))));
  await jest.advanceTimersByTimeAsync(300);
  const answers = await Promise.all(asked);
  return { permits: answers.filter(isPermit), refusals: answers.filter((one) => !isPermit(one)) as Refusal[] };
}

async function fails(count: number): Promise<void> {
  for (let call = 0; call < count; call += 1) (await entered(1)).permits[0]?.report(hung);
  await jest.advanceTimersByTimeAsync(0);
}

describe('calls under way', () => {
  it('are 20 where nobody says otherwise, and as many again when those have ended', async () => {
    const { permits, refusals } = await entered(60);
    expect([permits.length, refusals.length]).toEqual([20, 40]);
    expect(new Set(refusals.map(({ why }) => why))).toEqual(new Set(['busy']));
    for (const permit of permits) permit.release();
    expect((await entered(60)).permits).toHaveLength(20);
  });

  it('are as many as the profile says, the strictest of several, divided by the workers', async () => {
    expect((await entered(9, { limits: { inFlight: 7 } })).permits).toHaveLength(7);
    expect((await entered(9, { limits: { inFlight: 7 } })).permits).toHaveLength(0);
    gate = new ProviderGate({ now: () => performance.now(), place: () => ({ members: 3, rank: 2 }), teach: () => undefined });
    expect((await entered(9, { limits: { inFlight: 8 } })).permits).toHaveLength(2);
  });

  it('are none while this worker has no place among the others', async () => {
    place = null;
    expect((await entered(3)).permits).toHaveLength(0);
  });

  it('make room for one in line at once, whoever ends them', async () => {
    const { permits } = await entered(20);
    const waiting = Promise.resolve(gate.enter(ask()));
    permits[0]?.report(good);
    permits[0]?.release();
    expect(isPermit(await waiting)).toBe(true);
    expect(gate.inFlight).toBe(20);
  });

  it('let those go first for whom somebody waits, and of four one of the others', async () => {
    const { permits } = await entered(20);
    const served: string[] = [];
    const join = (name: string, isAwaited: boolean) =>
      void Promise.resolve(gate.enter(ask({ isAwaited }))).then((one) => isPermit(one) && served.push(name));
    for (let one = 0; one < 2; one += 1) join('due', false);
    for (let one = 0; one < 5; one += 1) join('awaited', true);
    for (const permit of permits.slice(0, 7)) permit.release();
    await jest.advanceTimersByTimeAsync(0);
    expect(served.slice(0, 5).filter((name) => name === 'due')).toHaveLength(1);
    expect(served).toHaveLength(7);
  });

  it('that hang keep nobody standing in line for them', async () => {
    await entered(20);
    await jest.advanceTimersByTimeAsync(5_000);
    const answer = gate.enter(ask());
    expect(answer).toMatchObject({ why: 'busy' }); // at once: not a promise
    expect(gate.pace).toBeLessThanOrEqual(4);
  });

  it('are counted also where they wait for nothing', async () => {
    for (let call = 0; call < 25; call += 1) gate.pass();
    expect(gate.inFlight).toBe(25);
    expect((await entered(1)).permits).toHaveLength(0);
  });
});

describe('a rate', () => {
  it('that the profile gives is kept to in every second, divided by the workers', async () => {
    place = { members: 2, rank: 1 };
    const times: number[] = [];
    for (let ms = 0; ms < 3_000; ms += 10) {
      const answer = gate.enter(ask({ limits: { perSecond: 40, inFlight: 100 } }));
      void Promise.resolve(answer).then((one) => {
        if (!isPermit(one)) return;
        times.push(performance.now());
        one.report(good);
      });
      await jest.advanceTimersByTimeAsync(10);
    }
    for (const at of times) expect(times.filter((other) => other >= at && other < at + 1000).length).toBeLessThanOrEqual(20);
    expect(times.length).toBeGreaterThan(54);
  });

  it('is taught by the first 429 of a volley, to all workers, and closes the gate for as long as the provider says', async () => {
    const first = await entered(20);
    for (const permit of first.permits.slice(0, 10)) permit.report(good);
    for (const permit of first.permits.slice(10)) permit.report({ ...limited, retryAfterSeconds: 3 });
    expect(taught).toEqual([{ perSecond: expect.closeTo((0.9 * 10) / 3), closedSeconds: 3 }]);
    expect(gate.enter(ask())).toMatchObject({ why: 'rate_limited', seconds: expect.closeTo(3) });
    await jest.advanceTimersByTimeAsync(3_000);
    expect((await entered(1)).permits).toHaveLength(1);
  });

  it('is not lowered by more of them with no answer between: each closes the gate for twice as long, a minute at most', async () => {
    const { permits } = await entered(10);
    for (const permit of permits) permit.report(good);
    const refused = async (): Promise<void> => {
      (await entered(1)).permits[0]?.report(limited);
      await jest.advanceTimersByTimeAsync((taught.at(-1)?.closedSeconds ?? 0) * 1000);
    };
    for (let count = 0; count < 9; count += 1) await refused();
    expect(taught.map(({ closedSeconds }) => closedSeconds)).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    expect(Math.min(...taught.map(({ perSecond }) => perSecond))).toBeCloseTo(9);
    (await entered(1)).permits[0]?.report(good);
    await refused();
    expect(taught.at(-1)).toEqual({ perSecond: expect.any(Number), closedSeconds: 1 });
    expect(taught.at(-1)?.perSecond).toBeLessThan(9);
  });

  it('goes by the last minute where a provider was away just before', async () => {
    for (let second = 0; second < 30; second += 1) {
      for (const permit of (await entered(20)).permits) permit.report(good);
      await jest.advanceTimersByTimeAsync(700);
    }
    await jest.advanceTimersByTimeAsync(5_000);
    (await entered(1)).permits[0]?.report(limited);
    expect(taught).toEqual([{ perSecond: expect.closeTo((0.9 * 600) / 60), closedSeconds: 1 }]);
  });

  it('is not lowered by one that another worker has had first', async () => {
    gate.learn(10, 0, 1);
    await jest.advanceTimersByTimeAsync(1_000);
    (await entered(1)).permits[0]?.report(limited);
    expect(taught).toEqual([{ perSecond: expect.closeTo(10, 0), closedSeconds: 2 }]);
  });

  it('is heard from another worker, and grows back', async () => {
    expect(gate.perSecond).toBeNull();
    gate.learn(10, 0, 2);
    expect([gate.perSecond, gate.obstacle()?.why]).toEqual([10, 'rate_limited']);
    await jest.advanceTimersByTimeAsync(10_000);
    expect([gate.perSecond, gate.obstacle()]).toEqual([expect.closeTo(11), null]);
    gate.learn(10, 20, -18);
    expect(gate.perSecond).toBeCloseTo(11); // an older lesson of the same
    await jest.advanceTimersByTimeAsync(600_000);
    expect(gate.perSecond).toBeNull();
  });
});

describe('the breaker', () => {
  it('opens after five failures in a row, and closes when a trial goes well', async () => {
    await fails(4);
    (await entered(1)).permits[0]?.report(good);
    await fails(4);
    expect(gate.breaker.state).toBe('closed');
    await fails(1);
    expect(gate.enter(ask())).toMatchObject({ why: 'breaker_open' });
    await jest.advanceTimersByTimeAsync(5_000);
    const { permits, refusals } = await entered(3);
    expect([permits.length, refusals.map(({ why }) => why)]).toEqual([1, ['breaker_open', 'breaker_open']]);
    permits[0]?.report(good);
    await jest.advanceTimersByTimeAsync(0);
    expect(gate.breaker.state).toBe('closed');
  });

  it('waits twice as long after each trial that fails or shows nothing, a minute at most', async () => {
    await fails(5);
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      const refusal = gate.enter(ask()) as Refusal;
      expect(refusal.seconds).toBeGreaterThan(seconds - 1);
      expect(refusal.seconds).toBeLessThanOrEqual(seconds);
      await jest.advanceTimersByTimeAsync(seconds * 1000);
      const [trial] = (await entered(1)).permits;
      if (seconds === 10) trial?.release();
      else trial?.report(hung);
      await jest.advanceTimersByTimeAsync(0);
    }
  });

  it('lets no refresh token be sent a second time but while it is closed', async () => {
    expect((await entered(1, { isResend: true })).permits).toHaveLength(1);
    await fails(5);
    await jest.advanceTimersByTimeAsync(5_000);
    expect(gate.enter(ask({ isResend: true }))).toMatchObject({ why: 'breaker_open' });
    expect((await entered(1)).permits).toHaveLength(1);
  });

  it('learns nothing from calls that were not made, and from answers that refuse', async () => {
    for (let call = 0; call < 9; call += 1) (await entered(1)).permits[0]?.release();
    for (let call = 0; call < 9; call += 1) (await entered(1)).permits[0]?.report({ ...limited, status: 400 });
    expect(gate.breaker.state).toBe('closed');
  });
});
