/** Chance that can be had again: the same seed makes the same choices in the same order. */
export class Random {
  private state = 0;
  private from = 0;

  constructor(seed: number) {
    this.restart(seed);
  }

  get seed(): number {
    return this.from;
  }

  /** The choices from here on are those of this seed. */
  restart(seed: number): void {
    this.from = seed;
    this.state = seed >>> 0;
  }

  /** From 0 to less than 1 (mulberry32). */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  pick<T>(from: readonly T[]): T {
    if (from.length === 0) throw new Error('nothing to pick from');
    return from[this.between(0, from.length - 1)] as T;
  }
}
