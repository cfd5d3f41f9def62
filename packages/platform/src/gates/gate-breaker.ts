import {
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  type IBackoff,
} from 'cockatiel';

export type BreakerState = 'closed' | 'open' | 'half_open';
export type Vitality = 'up' | 'down' | 'unknown';

const failuresToOpen = 5;
const firstBreakMs = 5_000;
const longestBreakMs = 60_000;
/** While one call tries whether the provider is back, the others look again soon. */
const trialSeconds = 2;

/** Opens after five calls in a row that found the provider down; after 5 s, doubling to a minute, one call tries whether it is back. */
export class GateBreaker {
  private readonly breaker: CircuitBreakerPolicy;
  private openUntil = 0;

  constructor() {
    const breakOf = (attempt: number): IBackoff<{ attempt: number }> => {
      const duration = Math.min(longestBreakMs, firstBreakMs * 2 ** Math.min(10, attempt - 1));
      this.openUntil = Date.now() + duration; // the clock that cockatiel goes by
      return { duration, next: (context) => breakOf(context.attempt) };
    };
    const down = handleWhenResult((result) => result === 'down');
    const halfOpenAfter = { next: ({ attempt }: { attempt: number }) => breakOf(attempt) };
    this.breaker = circuitBreaker(down, { breaker: new ConsecutiveBreaker(failuresToOpen), halfOpenAfter });
  }

  get state(): BreakerState {
    if (this.breaker.state === CircuitState.Closed) return 'closed';
    return this.breaker.state === CircuitState.HalfOpen ? 'half_open' : 'open';
  }

  /** Seconds until it makes sense to ask for a call; null where one may be made now. */
  get waitSeconds(): number | null {
    const { state } = this;
    if (state === 'half_open') return trialSeconds;
    const leftMs = this.openUntil - Date.now();
    return state === 'open' && leftMs > 0 ? leftMs / 1000 : null;
  }

  /** Admits a call, which must then say once what it learned of the provider; null where none is admitted now. */
  admit(): ((seen: Vitality) => void) | null {
    if (this.waitSeconds !== null) return null; // cockatiel would let it wait for the trial
    const isTrial = this.state === 'open';
    let tell: ((seen: Vitality) => void) | undefined;
    const call = (): Promise<Vitality> =>
      new Promise((resolve, reject) => {
        tell = (seen) => {
          if (seen !== 'unknown') resolve(seen);
          else if (isTrial)
            resolve('down'); // the trial has shown nothing: another one is needed
          else reject(new Error('nothing was learned')); // neither a success nor a failure
        };
      });
    this.breaker.execute(call).catch(() => undefined);
    return tell ?? null; // the call begins at once, or not at all
  }
}
