import type { SendOutcome } from '@grantkeeper/core/grants/answer-class';
import {
  defaultInFlight,
  grownRate,
  isRateLimited,
  lookBackSeconds,
  type Place,
  shareOf,
  TokenBucket,
  taughtRate,
  vitalityOf,
} from '@grantkeeper/core/grants/provider-limits';
import { AnswerCount } from './answer-count.js';
import { GateBreaker } from './gate-breaker.js';
import { type Lane, WaitingCalls } from './waiting-calls.js';

/** What a profile says of its provider (`advanced.limits`). */
export interface GateLimits {
  inFlight?: number | undefined;
  perSecond?: number | undefined;
}

/** A call that may be made. Reported or released, it makes room for the next; both may be done twice. */
export interface Permit {
  report(outcome: SendOutcome): void;
  release(): void;
}

/** `busy`: others are before it; the provider is well. Else the gate is closed for all. */
export interface Refusal {
  why: 'busy' | 'rate_limited' | 'breaker_open';
  /** When a permit is to be expected. */
  seconds: number;
}

export interface GateAsk extends Lane {
  profileId: string;
  limits: GateLimits | undefined;
  /** Sends a rotating refresh token a second time: only to a provider that is known to be well. */
  isResend: boolean;
}

/** What a gate needs of its process: the clock, its place among the workers (null while it has none), and where to tell of a 429. */
export interface GateWorld {
  now(): number;
  place(): Place | null;
  teach(lesson: { perSecond: number; closedSeconds: number }): void;
}

/** How long a call takes where none has been seen yet. */
const unseenHoldSeconds = 0.05;
/** For how long the gate is closed at most where a 429 does not say. */
const longestUnsaidSeconds = 60;
/** A limit that a profile has not repeated for so long is no longer its word. */
const limitsKeptMs = 600_000;

const alone: Place = { members: 1, rank: 0 };

/** One worker's part of what one client may ask of one token endpoint at a time and in a second, and whether the provider is well (docs/flows/refresh.md). */
export class ProviderGate {
  readonly breaker = new GateBreaker();
  private readonly underWay = new Map<Permit, number>();
  private readonly answers = new AnswerCount();
  private readonly said = new Map<string, { limits: GateLimits; at: number }>();
  private readonly waiting: WaitingCalls<Permit | Refusal>;
  private bucket: TokenBucket | null = null;
  private learned: { perSecond: number; taughtAt: number } | null = null;
  private closedUntil = Number.NEGATIVE_INFINITY;
  /** 429 without an answer between them. */
  private refusedInRow = 0;
  private holdSeconds = unseenHoldSeconds;
  private timer: NodeJS.Timeout | undefined;
  private usedAt: number;

  constructor(private readonly world: GateWorld) {
    this.usedAt = world.now();
    this.waiting = new WaitingCalls<Permit | Refusal>((lane) => this.asBusy(lane));
  }

  /** Calls under way from this worker. */
  get inFlight(): number {
    return this.underWay.size;
  }

  /** Over all workers, as the profiles say (the strictest counts) or as a 429 has taught; null: unlimited. */
  get perSecond(): number | null {
    const learned = this.learned && grownRate(this.learned.perSecond, (this.world.now() - this.learned.taughtAt) / 1000);
    const rates = [...this.limits('perSecond'), ...(learned === null ? [] : [learned])];
    return rates.length === 0 ? null : Math.min(...rates);
  }

  /** Whether it has had no call for so long, and knows nothing that another gate would not. */
  isIdle(forMs: number): boolean {
    return this.underWay.size === 0 && this.breaker.state === 'closed' && this.world.now() - this.usedAt > forMs;
  }

  /** Whether the calls under way are no more than this worker's part, were it one of so many. */
  fits(place: Place): boolean {
    return this.inFlight <= shareOf(this.mostInFlight, place);
  }

  /** A permit, at once or after a moment in line; or why there is none now. */
  enter(ask: GateAsk): Promise<Permit | Refusal> | Permit | Refusal {
    this.usedAt = this.world.now();
    if (ask.limits) this.said.set(ask.profileId, { limits: ask.limits, at: this.usedAt });
    else this.said.delete(ask.profileId);
    const obstacle = this.obstacle(ask.isResend);
    if (obstacle) return obstacle;
    if (this.waiting.size === 0 && this.hasRoom()) return this.admit() ?? this.asBusy(ask);
    if (this.waiting.isFull(ask) || this.expectedSeconds(ask) > this.waiting.longestSeconds(ask)) return this.asBusy(ask);
    this.arm();
    return this.waiting.join(ask);
  }

  /** A call that waits for nothing, because a person does: it is counted, and others make room for it. */
  pass(): Permit {
    this.usedAt = this.world.now();
    return this.permit(() => undefined);
  }

  /** Serves who stands in line, after the limits or the place have changed. */
  serve(): void {
    while (this.waiting.size > 0 && this.hasRoom()) {
      const permit = this.admit();
      if (!permit) break;
      this.waiting.serve(permit);
    }
    this.arm();
  }

  /** What a 429 has taught, here or at another worker; `closedSeconds` from now. */
  learn(perSecond: number, ageSeconds: number, closedSeconds: number): void {
    const now = this.world.now();
    const taughtAt = now - ageSeconds * 1000;
    if (!this.learned || taughtAt > this.learned.taughtAt - 1_000) this.learned = { perSecond, taughtAt };
    this.closedUntil = Math.max(this.closedUntil, now + closedSeconds * 1000);
    if (closedSeconds > 0) this.refusedInRow = Math.max(1, this.refusedInRow);
  }

  /** Calls in a second that this worker may hope for. */
  get pace(): number {
    return Math.max(1 / 300, Math.min(this.paceByHold, this.paceByRate));
  }

  /** Whether that is by how long calls take of late, which may be another in a moment, and not by a rate that is kept to. */
  get isPaceByHold(): boolean {
    return this.paceByHold < this.paceByRate;
  }

  /** Why nobody gets a permit now, and for how long; null where it is open. */
  obstacle(isResend = false): Refusal | null {
    const closedMs = this.closedUntil - this.world.now();
    if (closedMs > 0) return { why: 'rate_limited', seconds: closedMs / 1000 };
    const seconds = this.breaker.waitSeconds ?? (isResend && this.breaker.state !== 'closed' ? 1 : null);
    return seconds === null ? null : { why: 'breaker_open', seconds };
  }

  /** A call that hangs counts by how long it has hung. */
  private get paceByHold(): number {
    const [oldest] = this.underWay.values();
    const hungSeconds = oldest === undefined ? 0 : (this.world.now() - oldest) / 1000;
    return shareOf(this.mostInFlight, this.world.place() ?? alone) / Math.max(this.holdSeconds, hungSeconds, 0.001);
  }

  private get paceByRate(): number {
    return (this.perSecond ?? Number.POSITIVE_INFINITY) / (this.world.place() ?? alone).members;
  }

  /** Over all workers, as the profiles say: the strictest counts. */
  get mostInFlight(): number {
    const said = this.limits('inFlight');
    return said.length === 0 ? defaultInFlight : Math.min(...said);
  }

  private expectedSeconds(lane: Lane): number {
    return (this.waiting.ahead(lane) + 1) / this.pace;
  }

  private limits(of: keyof GateLimits): number[] {
    const since = this.world.now() - limitsKeptMs;
    for (const [profileId, { at }] of this.said) if (at < since) this.said.delete(profileId);
    return [...this.said.values()].flatMap(({ limits }) => limits[of] ?? []);
  }

  private hasRoom(): boolean {
    const place = this.world.place();
    if (place === null || this.obstacle() || this.inFlight >= shareOf(this.mostInFlight, place)) return false;
    return this.secondsToNext(place) === 0;
  }

  private secondsToNext({ members }: Place): number {
    const rate = this.perSecond;
    const now = this.world.now();
    if (rate === null) this.bucket = null;
    else if (this.bucket) this.bucket.setRate(rate / members, now);
    else this.bucket = new TokenBucket(rate / members);
    return this.bucket?.secondsToNext(now) ?? 0;
  }

  private asBusy(lane: Lane): Refusal {
    return this.obstacle() ?? { why: 'busy', seconds: this.expectedSeconds(lane) };
  }

  private admit(): Permit | null {
    const tell = this.breaker.admit();
    return tell && this.permit(tell);
  }

  private permit(tell: (seen: 'up' | 'down' | 'unknown') => void): Permit {
    const startedAt = this.world.now();
    this.bucket?.take(startedAt);
    const end = (outcome: SendOutcome | null): void => {
      if (!this.underWay.delete(permit)) return;
      tell(outcome === null ? 'unknown' : vitalityOf(outcome));
      if (outcome !== null) this.note(outcome, (this.world.now() - startedAt) / 1000);
      this.serve();
    };
    const permit = { report: end, release: () => end(null) };
    this.underWay.set(permit, startedAt);
    return permit;
  }

  private note(outcome: SendOutcome, seconds: number): void {
    this.holdSeconds = 0.8 * this.holdSeconds + 0.2 * seconds;
    if (isRateLimited(outcome)) this.slowDown(outcome.kind === 'answer' ? outcome.retryAfterSeconds : undefined);
    else if (outcome.kind === 'answer') {
      this.answers.add(this.world.now());
      this.refusedInRow = 0;
    }
  }

  /**
   * Of a volley of 429 the first one teaches; the others are the same lesson. So is one after the gate has opened again, with no answer between: the provider still
   * takes nothing, which says nothing of how much it takes when it does. It closes the gate for longer, and does not lower the rate.
   */
  private slowDown(retryAfterSeconds: number | undefined): void {
    const now = this.world.now();
    if (this.closedUntil > now) return;
    const seconds = lookBackSeconds(retryAfterSeconds);
    const members = (this.world.place() ?? alone).members;
    const known = this.refusedInRow > 0 ? this.perSecond : null;
    const perSecond = known ?? this.taughtNow(seconds, members);
    const closedSeconds = Math.min(
      3600,
      Math.max(1, retryAfterSeconds ?? Math.min(longestUnsaidSeconds, 2 ** this.refusedInRow)),
    );
    this.refusedInRow += 1;
    this.learn(perSecond, 0, closedSeconds);
    this.world.teach({ perSecond, closedSeconds });
  }

  /** Nothing was answered just before where the provider was away: then the last minute tells more. */
  private taughtNow(seconds: number, members: number): number {
    const now = this.world.now();
    const taught = (back: number): number => taughtRate(this.answers.within(back, now), back, members, this.perSecond);
    const isSilent = this.answers.within(seconds, now) === 0 && this.answers.within(60, now) > 0;
    return isSilent ? Math.max(taught(seconds), taught(60)) : taught(seconds);
  }

  /** Comes back when the rate lets the next one through. */
  private arm(): void {
    clearTimeout(this.timer);
    const place = this.world.place();
    if (this.waiting.size === 0 || place === null) return;
    const seconds = this.secondsToNext(place);
    if (seconds > 0) this.timer = setTimeout(() => this.serve(), Math.ceil(seconds * 1000)).unref();
  }
}
