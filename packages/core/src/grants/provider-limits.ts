import type { SendOutcome } from './answer-class.js';

/** How many requests for tokens may be under way at one provider for one client, over all workers, where the profile says nothing. */
export const defaultInFlight = 20;

const slowestPerSecond = 1 / 60;
/** A learned rate grows by a tenth in so many seconds, and is forgotten when no 429 has come for ten minutes. */
const growSeconds = 10;
const growth = 1.1;
const forgetSeconds = 600;

/** One of the workers that share the limits: how many there are, and how many of them came before it. */
export interface Place {
  members: number;
  rank: number;
}

/** A worker's part of a limit. The parts of all workers make the whole; when one leaves, no other's part shrinks. */
export function shareOf(limit: number, { members, rank }: Place): number {
  return Math.max(0, Math.ceil((limit - rank) / members));
}

/**
 * The rate that a 429 teaches, in requests a second over all workers: nine tenths of what was answered in the seconds before it, and at most four fifths of the
 * rate that was kept to. `answered` is one worker's part.
 */
export function taughtRate(answered: number, seconds: number, members: number, current: number | null): number {
  if (answered === 0) return current === null ? 1 : Math.max(slowestPerSecond, current / 2);
  const seen = (0.9 * answered * members) / seconds;
  return Math.max(slowestPerSecond, current === null ? seen : Math.min(seen, 0.8 * current));
}

/** How long before a 429 is looked back: as far as the provider says to wait, a minute at most. */
export function lookBackSeconds(retryAfterSeconds: number | undefined): number {
  return Math.min(60, Math.max(1, Math.ceil(retryAfterSeconds ?? 1)));
}

/** A learned rate so many seconds after it was taught; null when it is forgotten. */
export function grownRate(perSecond: number, ageSeconds: number): number | null {
  return ageSeconds >= forgetSeconds ? null : perSecond * growth ** (Math.max(0, ageSeconds) / growSeconds);
}

/** Whether the provider says that it is asked too often. */
export function isRateLimited(outcome: SendOutcome): boolean {
  if (outcome.kind !== 'answer') return false;
  const { status, answer } = outcome;
  return status === 429 || (answer.kind === 'error' && ['slow_down', 'ratelimited', 'rate_limited'].includes(answer.error));
}

const ourOwn = ['late', 'internal', 'bad_url', 'refused_scheme', 'refused_address'];

/** What an outcome says of the provider itself: up, down, or nothing where the fault was ours. */
export function vitalityOf(outcome: SendOutcome): 'up' | 'down' | 'unknown' {
  if (outcome.kind === 'answer') return outcome.status >= 500 ? 'down' : 'up';
  return ourOwn.includes(outcome.reason) ? 'unknown' : 'down';
}

/** Lets so many through in a second, never more in any one second. Instants are milliseconds of any one clock. */
export class TokenBucket {
  private tokens = 1;
  private filledAt = Number.NEGATIVE_INFINITY;

  constructor(private perSecond: number) {}

  setRate(perSecond: number, nowMs: number): void {
    this.fill(nowMs);
    this.perSecond = perSecond;
    this.tokens = Math.min(this.tokens, this.capacity);
  }

  /** Takes one; a taker who does not wait for it leaves a debt. */
  take(nowMs: number): void {
    this.fill(nowMs);
    this.tokens -= 1;
  }

  /** Seconds until one may be taken; 0 now. */
  secondsToNext(nowMs: number): number {
    this.fill(nowMs);
    return this.tokens >= 1 ? 0 : (1 - this.tokens) / this.refill;
  }

  private get capacity(): number {
    return Math.max(1, 0.02 * this.perSecond);
  }

  /** What is saved up and what flows in within one second are together no more than the rate. */
  private get refill(): number {
    return 0.98 * this.perSecond;
  }

  private fill(nowMs: number): void {
    const seconds = Math.max(0, nowMs - this.filledAt) / 1000;
    this.filledAt = nowMs;
    this.tokens = Math.min(
      this.capacity,
      this.tokens + (seconds === Number.POSITIVE_INFINITY ? this.capacity : seconds * this.refill),
    );
  }
}
