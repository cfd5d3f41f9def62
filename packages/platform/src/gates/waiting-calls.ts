/** Who waits for the call: somebody, or nobody yet. */
export interface Lane {
  isAwaited: boolean;
}

interface Waiting<T> {
  resolve: (served: T) => void;
  timer: NodeJS.Timeout;
}

/** Of so many served in a row one is of those for whom nobody waits, so that these do not starve. */
const turn = 4;
const inLine = 20;
const awaitedMs = 250;
const dueMs = 100;

/** Calls that stand in line for a moment: long enough to keep a fast provider busy, short enough to hold no worker's slot. */
export class WaitingCalls<T> {
  private readonly awaited = new Set<Waiting<T>>();
  private readonly due = new Set<Waiting<T>>();
  private served = 0;

  constructor(private readonly late: (lane: Lane) => T) {}

  get size(): number {
    return this.awaited.size + this.due.size;
  }

  /** How many are served before one that joins now. */
  ahead({ isAwaited }: Lane): number {
    return isAwaited ? this.awaited.size : this.size;
  }

  isFull({ isAwaited }: Lane): boolean {
    return (isAwaited ? this.awaited : this.due).size >= inLine;
  }

  longestSeconds({ isAwaited }: Lane): number {
    return (isAwaited ? awaitedMs : dueMs) / 1000;
  }

  join(lane: Lane): Promise<T> {
    const line = lane.isAwaited ? this.awaited : this.due;
    return new Promise((resolve) => {
      const giveUp = (): void => {
        line.delete(one);
        resolve(this.late(lane));
      };
      const one = { resolve, timer: setTimeout(giveUp, this.longestSeconds(lane) * 1000) };
      line.add(one);
    });
  }

  /** Gives it to the next in line. */
  serve(permit: T): void {
    this.served += 1;
    const lines = this.served % turn === 0 ? [this.due, this.awaited] : [this.awaited, this.due];
    for (const line of lines) {
      const [first] = line;
      if (!first) continue;
      line.delete(first);
      clearTimeout(first.timer);
      first.resolve(permit);
      return;
    }
  }
}
