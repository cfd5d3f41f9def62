/** Repeats work at an interval, one run at a time; the next begins when the last has ended. The work itself tells of its failures; the next run comes anyway. */
export class Ticker {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private waiting: { work: () => Promise<void>; run: Promise<void> } | null = null;
  private stopped = true;

  constructor(
    private readonly intervalMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  start(): void {
    this.stopped = false;
    this.schedule();
  }

  /** Runs `work` (or something like it) after the run under way, without waiting for the interval; told again before it began, it runs once. */
  now(work: () => Promise<void> = this.work): Promise<void> {
    if (this.stopped) return this.running;
    if (this.waiting?.work === work) return this.waiting.run;
    const begin = (): Promise<void> | undefined => {
      if (this.waiting?.run === run) this.waiting = null;
      return this.stopped ? undefined : work();
    };
    const run = this.running.then(begin).catch(() => undefined);
    this.waiting = { work, run };
    this.running = run;
    return run;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      void this.now().finally(() => {
        if (!this.stopped) this.schedule();
      });
    }, this.intervalMs);
  }
}
