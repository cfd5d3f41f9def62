import { setTimeout as pause } from 'node:timers/promises';

/** A part that runs. */
export interface Launched {
  pid: number;
  /** Tells why it ended, once it has. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

interface Watcher {
  say(line: string): void;
  /** The part has another process now. */
  changed(): void;
}

const firstWaitMs = 250;
const longestWaitMs = 15_000;
/** A part that ran this long is healthy: its next end counts as the first. */
const healthyMs = 60_000;
const attemptsAtStart = 3;

/** Keeps one part running: when it ends without being told to, it is started again, each time after a longer wait. */
export class Keeper {
  private current: Launched | undefined;
  private readonly stopping = new AbortController();
  private work: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly launch: (stopping: AbortSignal) => Promise<Launched>,
    private readonly watcher: Watcher,
  ) {}

  get pid(): number | undefined {
    return this.current?.pid;
  }

  /** Resolves when the part answers; gives up after three attempts. */
  async start(): Promise<void> {
    const starting = this.attempt(attemptsAtStart);
    this.work = starting.then(
      (launched) => launched && this.watch(launched),
      () => undefined,
    );
    await starting;
  }

  /** Ends the part for good, also one that is just starting. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.current?.stop();
    await this.work;
  }

  private async watch(launched: Launched): Promise<void> {
    let running: Launched | undefined = launched;
    for (let quickEnds = 0; running; ) {
      const since = performance.now();
      const why = await running.ended;
      if (this.stopping.signal.aborted) return;
      quickEnds = performance.now() - since > healthyMs ? 0 : quickEnds + 1;
      this.watcher.say(`${this.name} ended (${why}); starting it again`);
      await this.wait(quickEnds);
      running = await this.attempt(Number.POSITIVE_INFINITY);
      if (running) this.watcher.say(`${this.name} runs again`);
    }
  }

  private async attempt(most: number): Promise<Launched | undefined> {
    for (let tries = 1; !this.stopping.signal.aborted; tries += 1) {
      try {
        const launched = await this.launch(this.stopping.signal);
        this.current = launched;
        if (!this.stopping.signal.aborted) {
          this.watcher.changed();
          return launched;
        }
        await launched.stop();
      } catch (error) {
        if (this.stopping.signal.aborted) return undefined;
        if (tries >= most) throw error;
        this.watcher.say(`${this.name} did not start: ${error instanceof Error ? error.message : String(error)}`);
        await this.wait(tries);
      }
    }
    return undefined;
  }

  private async wait(times: number): Promise<void> {
    const ms = Math.min(firstWaitMs * 2 ** (times - 1), longestWaitMs);
    await pause(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined); // stopped while waiting
  }
}
