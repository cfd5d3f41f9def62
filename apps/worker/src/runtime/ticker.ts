/** Repeats work at an interval, one run at a time; the next begins when the last has ended. */
export class Ticker {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;

  constructor(
    private readonly intervalMs: number,
    private readonly work: () => Promise<void>,
  ) {}

  start(): void {
    this.stopped = false;
    this.schedule();
  }

  /** Runs `work` (or something like it) after the run under way, without waiting for the interval. */
  now(work: () => Promise<void> = this.work): Promise<void> {
    if (!this.stopped) this.running = this.running.then(work, work);
    return this.running;
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
