interface Waiting<I, O> {
  item: I;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers concurrent callers into one statement: what arrives while the event loop is busy, or while `maxRunning` statements are under way, goes out together.
 * `run` answers one output per input, in order. Its failure is every caller's failure.
 */
export class Gather<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running = 0;
  private scheduled = false;

  constructor(
    private readonly run: (items: I[]) => Promise<O[]>,
    private readonly maxItems = 100,
    private readonly maxRunning = 4,
  ) {}

  ask(item: I): Promise<O> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.waiting.length === 0 || this.running >= this.maxRunning) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.send();
    });
  }

  private async send(): Promise<void> {
    const batch = this.waiting.splice(0, this.maxItems);
    if (batch.length === 0) return;
    this.running += 1;
    this.schedule();
    try {
      const outputs = await this.run(batch.map(({ item }) => item));
      if (outputs.length !== batch.length)
        throw new Error(`a gathered statement gave ${outputs.length} answers to ${batch.length} callers`);
      batch.forEach(({ resolve }, index) => {
        resolve(outputs[index] as O);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      this.schedule();
    }
  }
}
