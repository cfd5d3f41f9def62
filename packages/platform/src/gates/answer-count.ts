const keptSeconds = 64;

/** Answers of the last minute, by second. */
export class AnswerCount {
  private readonly counts = new Uint32Array(keptSeconds);
  private readonly seconds = new Float64Array(keptSeconds).fill(-1);

  add(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    const slot = second % keptSeconds;
    if (this.seconds[slot] !== second) this.counts[slot] = 0;
    this.seconds[slot] = second;
    this.counts[slot] = (this.counts[slot] ?? 0) + 1;
  }

  /** How many came within so many seconds (a minute at most), the one that is under way included. */
  within(seconds: number, nowMs: number): number {
    const last = Math.floor(nowMs / 1000);
    let sum = 0;
    for (const [slot, second] of this.seconds.entries()) {
      if (second > last - seconds - 1 && second <= last) sum += this.counts[slot] ?? 0;
    }
    return sum;
  }
}
