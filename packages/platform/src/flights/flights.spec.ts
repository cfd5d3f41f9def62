import { describe, expect, it } from '@jest/globals';
import { Flights, SettleAgain } from './flights.js';
import type { HeldAnswer } from './held-answer.js';

const away = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const sqlState = (code: string) => Object.assign(new Error('from the server'), { code });

describe('an answer that waits to be stored', () => {
  it.each([
    ['the database is away', away()],
    ['the server shuts down', sqlState('57P01')],
    ['a deadlock was broken', sqlState('40P01')],
    ['the disk is full', sqlState('53100')],
    ['a standby took over and is not writable yet', sqlState('25006')],
    ['another flight has to end first', new SettleAgain('in flight')],
  ])('is tried again when %s', async (_why, error) => {
    let tries = 0;
    const stored = await new Flights().untilStored(async () => {
      tries += 1;
      if (tries === 1) throw error;
      return 'stored';
    });
    expect([stored, tries]).toEqual(['stored', 2]);
  });

  it.each(['23505', '22P02', '42703'])('is given up at once where no other try can succeed (SQLSTATE %s)', async (code) => {
    let tries = 0;
    const settle = async () => {
      tries += 1;
      throw sqlState(code);
    };
    await expect(new Flights().untilStored(settle)).rejects.toMatchObject({ code });
    expect(tries).toBe(1);
  });

  it('is told of once, however long the database is away', async () => {
    const told: Error[] = [];
    let tries = 0;
    await new Flights((error) => told.push(error)).untilStored(async () => {
      tries += 1;
      if (tries < 4) throw away();
    });
    expect([tries, told.length]).toEqual([4, 1]);
  });

  it('is counted while it waits for the database, with the time that the oldest has waited', async () => {
    let now = 0;
    let isAway = true;
    const flights = new Flights(undefined, () => now);
    const settle = async () => {
      if (isAway) throw away();
    };
    const stored = [flights.untilStored(settle), flights.untilStored(settle), flights.untilStored(async () => 'at once')];
    await stored[2];
    now = 7_000;
    expect(flights.holding).toEqual({ answers: 2, oldestSeconds: 7 });
    isAway = false;
    await Promise.all(stored);
    expect(flights.holding).toEqual({ answers: 0, oldestSeconds: 0 });
  });
});

describe('an answer with tokens', () => {
  const answer = { kind: 'refresh' } as HeldAnswer;

  it('can be spilled from its first try on, also one that hangs, until it is stored', async () => {
    const flights = new Flights();
    let store = () => {};
    const stored = flights.untilStored(() => new Promise<void>((resolve) => (store = resolve)), answer);
    expect([...flights.unsettled]).toEqual([answer]);
    store();
    await stored;
    expect([...flights.unsettled]).toEqual([]);
  });

  it('is sealed without a word on whether the database is there', async () => {
    let now = 0;
    const flights = new Flights(undefined, () => now);
    flights.databaseLost();
    expect(await flights.untilSealed(async () => answer)).toBe(answer);
    now = 60_000;
    expect(flights.mayActOnSilence()).toBe(false);
  });

  it('is sealed as soon as its keys can be had', async () => {
    let tries = 0;
    const seal = async () => {
      tries += 1;
      if (tries < 3) throw away();
      return answer;
    };
    expect(await new Flights().untilSealed(seal)).toBe(answer);
  });
});

describe('the flights of a process', () => {
  it('are idle only when the last one has ended, also one that failed or that began meanwhile', async () => {
    const flights = new Flights();
    const order: string[] = [];
    let landFirst = () => {};
    let landSecond = () => {};
    const first = flights.during(() => new Promise<void>((_resolve, reject) => (landFirst = () => reject(new Error('lost')))));
    const idle = flights.idle().then(() => order.push('idle'));
    const second = flights.during(() => new Promise<void>((resolve) => (landSecond = resolve)));
    landFirst();
    await expect(first).rejects.toThrow('lost');
    order.push('first');
    landSecond();
    await second;
    order.push('second');
    await idle;
    expect(order).toEqual(['first', 'second', 'idle']);
  });

  it('take silence for an answer only when the database has been back for 15 s', async () => {
    let now = 1_000;
    const flights = new Flights(undefined, () => now);
    expect(flights.mayActOnSilence()).toBe(true);
    await expect(flights.watching(() => Promise.reject(away()))).rejects.toThrow();
    now += 60_000;
    expect(flights.mayActOnSilence()).toBe(false);
    await flights.watching(async () => 'back');
    now += 14_999;
    expect(flights.mayActOnSilence()).toBe(false);
    now += 1;
    expect(flights.mayActOnSilence()).toBe(true);
  });
});
