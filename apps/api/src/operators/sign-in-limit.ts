import { RateLimited } from '@grantkeeper/core/kernel/request.errors';
import { RateLimit } from '../http/rate-limit.js';

const triesPerAddress = 10;
/** Each try costs a hash of 19 MiB; trying one password with many addresses must end too. */
const triesPerClient = 100;

/** Bounds guessing: ten tries a minute per address and client, a hundred per client, in this process. */
export class SignInLimit {
  private readonly addresses: RateLimit;
  private readonly clients: RateLimit;

  constructor(now: () => number = () => performance.now()) {
    this.addresses = new RateLimit(triesPerAddress, now);
    this.clients = new RateLimit(triesPerClient, now);
  }

  /** Counts a try. Throws RateLimited. */
  count(email: string, ip: string): void {
    const over = this.clients.count(ip) ?? this.addresses.count(keyOf(email, ip));
    if (over !== null) throw new RateLimited(over);
  }

  /** Forgets the tries of one who has proven to be who they say. */
  clear(email: string, ip: string): void {
    this.addresses.forget(keyOf(email, ip));
  }
}

const keyOf = (email: string, ip: string): string => JSON.stringify([email, ip]);
