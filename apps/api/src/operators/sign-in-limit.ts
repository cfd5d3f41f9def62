import { RateLimited } from '@grantkeeper/core/kernel/request.errors';

const windowMs = 60_000;
const triesPerWindow = 10;
const mostRemembered = 10_000;

interface Tries {
  count: number;
  endsAt: number;
}

/** Bounds guessing: ten tries a minute per address and client, in this process. What is remembered is bounded too. */
export class SignInLimit {
  private readonly tries = new Map<string, Tries>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Counts a try. Throws RateLimited. */
  count(email: string, ip: string): void {
    const key = JSON.stringify([email, ip]);
    const now = this.now();
    const known = this.tries.get(key);
    const current = known && known.endsAt > now ? known : { count: 0, endsAt: now + windowMs };
    if (current.count >= triesPerWindow) throw new RateLimited(Math.max(1, Math.ceil((current.endsAt - now) / 1000)));
    this.tries.delete(key);
    this.tries.set(key, { ...current, count: current.count + 1 });
    this.forgetOldest();
  }

  /** Forgets the tries of one who has proven to be who they say. */
  clear(email: string, ip: string): void {
    this.tries.delete(JSON.stringify([email, ip]));
  }

  private forgetOldest(): void {
    if (this.tries.size <= mostRemembered) return;
    const oldest = this.tries.keys().next();
    if (!oldest.done) this.tries.delete(oldest.value);
  }
}
