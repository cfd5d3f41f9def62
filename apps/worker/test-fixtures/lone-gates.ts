import { ProviderGates } from '@grantkeeper/platform/gates/provider-gates';

/** The gates of a worker that is alone and tells nobody what it learns. */
export function loneGates(now: () => number = () => performance.now()): ProviderGates {
  return new ProviderGates({ now, place: () => ({ members: 1, rank: 0 }), teach: () => undefined });
}
