const windowMs = 60_000;
const mostRemembered = 10_000;

interface Counted {
  count: number;
  endsAt: number;
}

/** So many a minute for each key, in this process. What is remembered is bounded too: the oldest is forgotten first. */
export class RateLimit {
  private readonly counted = new Map<string, Counted>();

  constructor(
    private readonly most: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts one more. Null within the limit, else the seconds until the minute ends; what is over the limit is not counted. */
  count(key: string): number | null {
    const over = this.secondsLeft(key);
    if (over !== null) return over;
    const { count, endsAt } = this.current(key) ?? { count: 0, endsAt: this.now() + windowMs };
    this.counted.delete(key);
    this.counted.set(key, { count: count + 1, endsAt });
    this.forgetOldest();
    return null;
  }

  /** Null where one more would be within the limit, else the seconds until the minute ends. Counts nothing. */
  secondsLeft(key: string): number | null {
    const current = this.current(key);
    if (!current || current.count < this.most) return null;
    return Math.max(1, Math.ceil((current.endsAt - this.now()) / 1000));
  }

  forget(key: string): void {
    this.counted.delete(key);
  }

  private current(key: string): Counted | null {
    const known = this.counted.get(key);
    return known && known.endsAt > this.now() ? known : null;
  }

  private forgetOldest(): void {
    if (this.counted.size <= mostRemembered) return;
    const oldest = this.counted.keys().next();
    if (!oldest.done) this.counted.delete(oldest.value);
  }
}
