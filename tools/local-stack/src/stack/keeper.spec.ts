import { describe, expect, it } from '@jest/globals';
import { poll } from '../processes.js';
import { Keeper, type Launched } from './keeper.js';

/** A part whose end the spec decides. */
class Part implements Launched {
  readonly ended: Promise<string>;
  stops = 0;
  private tell: (why: string) => void = () => undefined;

  constructor(readonly pid: number) {
    this.ended = new Promise((resolve) => {
      this.tell = resolve;
    });
  }

  die(): void {
    this.tell('signal SIGKILL');
  }

  async stop(): Promise<void> {
    this.stops += 1;
    this.die();
  }
}

function keeping(launch: (parts: Part[]) => Promise<Part>) {
  const parts: Part[] = [];
  const lines: string[] = [];
  const keeper = new Keeper('worker', async () => launch(parts), { say: (line) => lines.push(line), changed: () => undefined });
  return { keeper, parts, lines };
}
async function launchNext(parts: Part[]): Promise<Part> {
  const part = new Part(parts.length + 1);
  parts.push(part);
  return part;
}

describe('the keeper of a part', () => {
  it('starts a part again that ended without being told to, and says so', async () => {
    const { keeper, parts, lines } = keeping(launchNext);
    await keeper.start();
    parts[0]?.die();
    expect(await poll(() => keeper.pid === 2, 5_000)).toBe(true);
    expect(lines[0]).toBe('worker ended (signal SIGKILL); starting it again');
    await keeper.stop();
  });

  it('does not start again what it was told to stop', async () => {
    const { keeper, parts, lines } = keeping(launchNext);
    await keeper.start();
    await keeper.stop();
    expect(parts.map(({ stops }) => stops)).toEqual([1]);
    expect(lines).toEqual([]);
  });

  it('gives up at the start after three attempts, with the last reason', async () => {
    let attempts = 0;
    const { keeper } = keeping(async () => {
      attempts += 1;
      throw new Error(`no database ${attempts}`);
    });
    await expect(keeper.start()).rejects.toThrow('no database 3');
  });

  it('goes on trying when a part that ran once cannot be started', async () => {
    const { keeper, parts, lines } = keeping(async (all) => {
      const part = await launchNext(all);
      if (part.pid === 2) throw new Error('port taken');
      return part;
    });
    await keeper.start();
    parts[0]?.die();
    expect(await poll(() => keeper.pid === 3, 5_000)).toBe(true);
    expect(lines).toContain('worker did not start: port taken');
    await keeper.stop();
  });

  it('ends a part that comes up while everything stops', async () => {
    let letUp: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      letUp = resolve;
    });
    const { keeper, parts } = keeping(async (all) => {
      await gate;
      return launchNext(all);
    });
    const starting = keeper.start();
    const stopped = keeper.stop();
    letUp();
    await Promise.all([starting, stopped]);
    expect(parts.map(({ stops }) => stops)).toEqual([1]);
  });
});
