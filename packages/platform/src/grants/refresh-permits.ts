import { randomInt } from 'node:crypto';
import type { Permit } from '../gates/provider-gate.js';
import type { ProviderGates } from '../gates/provider-gates.js';
import { observe } from '../observability/observations.js';
import type { DeferRefreshes } from './defer-refreshes.js';
import type { RefreshRead } from './refresh-flights.js';

const shortestSeconds = 0.2;
const longestBusySeconds = 5;

/** The last thing before a connection: whether the provider may be asked now. Leaves no trace of a flight. */
export class RefreshPermits {
  constructor(
    private readonly gates: ProviderGates,
    private readonly deferring: DeferRefreshes,
  ) {}

  /** A permit for a request to this URL, to be reported or released; null where the refresh is put off. */
  async permit(read: RefreshRead, url: string): Promise<Permit | null> {
    const { grantId, version, profileId, definition, isAwaited, clientId } = read;
    const { limits } = definition.advanced;
    const isResend = read.attempt !== null && !read.constant;
    const answer = await this.gates.enter(url, clientId, { profileId, limits, isAwaited, isResend });
    if (!('why' in answer)) return answer;
    const { why, seconds } = answer;
    observe('refresh.deferred', { provider: new URL(url).host, why });
    await this.deferring.defer({
      grantId,
      version,
      seconds: why === 'busy' ? Math.min(longestBusySeconds, Math.max(shortestSeconds, seconds)) : spread(seconds),
      closedBy: why === 'busy' ? null : why,
    });
    return null;
  }
}

/** What waits for one instant does not come back in one. */
const spread = (seconds: number): number => Math.max(shortestSeconds, seconds) * (1 + randomInt(1000) / 5000);
