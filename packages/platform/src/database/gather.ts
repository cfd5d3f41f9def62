interface Waiting<I, O> {
  item: I;
  resolve: (output: O) => void;
  reject: (error: unknown) => void;
}

export interface GatherOptions<I> {
  maxItems?: number;
  maxRunning?: number;
  /** Items of one key never go out together: a statement may change a row once only. */
  keyOf?: (item: I) => string;
}

/**
 * Gathers concurrent callers into one statement: what arrives while the event loop is busy, or while `maxRunning` statements are under way, goes out together.
 * `run` answers one output per input, in order, or fails and has changed nothing. A value that PostgreSQL refuses is its own caller's failure alone; any
 * other failure is that of all who were gathered.
 */
export class Gather<I, O> {
  private waiting: Waiting<I, O>[] = [];
  private running = 0;
  private scheduled = false;
  private readonly maxItems: number;
  private readonly maxRunning: number;
  private readonly keyOf: ((item: I) => string) | undefined;

  constructor(
    private readonly run: (items: I[]) => Promise<O[]>,
    { maxItems = 100, maxRunning = 4, keyOf }: GatherOptions<I> = {},
  ) {
    this.maxItems = maxItems;
    this.maxRunning = maxRunning;
    this.keyOf = keyOf;
  }

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
    const batch = this.takeBatch();
    if (batch.length === 0) return;
    this.running += 1;
    this.schedule();
    await this.answer(batch);
    this.running -= 1;
    this.schedule();
  }

  private takeBatch(): Waiting<I, O>[] {
    const { keyOf } = this;
    if (!keyOf) return this.waiting.splice(0, this.maxItems);
    const keys = new Set<string>();
    const batch: Waiting<I, O>[] = [];
    this.waiting = this.waiting.filter((waiting) => {
      const key = keyOf(waiting.item);
      if (batch.length >= this.maxItems || keys.has(key)) return true;
      keys.add(key);
      batch.push(waiting);
      return false;
    });
    return batch;
  }

  private async answer(batch: Waiting<I, O>[]): Promise<void> {
    try {
      const outputs = await this.run(batch.map(({ item }) => item));
      if (outputs.length !== batch.length)
        throw new Error(`a gathered statement gave ${outputs.length} answers to ${batch.length} callers`);
      batch.forEach(({ resolve }, index) => {
        resolve(outputs[index] as O);
      });
    } catch (error) {
      if (batch.length > 1 && isRefusedValue(error)) {
        const half = Math.ceil(batch.length / 2);
        await this.answer(batch.slice(0, half));
        await this.answer(batch.slice(half));
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}

/** SQLSTATE classes 22 (data exception) and 23 (integrity constraint violation): they speak of one caller's values, not of the statement or the server. */
function isRefusedValue(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^2[23]...$/.test(code);
}
