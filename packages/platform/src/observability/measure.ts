import type { Metrics } from './metrics.js';
import { watch } from './observations.js';

/** Hosts of providers are operators' words, and with tenants there may be any number of them. */
const mostProviders = 100;

/** Turns what this process observes into its figures, until the answered function is called. */
export function measure(metrics: Metrics): () => void {
  const providers = new Set<string>();
  const named = (provider: string): string => {
    if (providers.size < mostProviders) providers.add(provider);
    return providers.has(provider) ? provider : 'other';
  };
  return watch({
    'http.answered': ({ method, route, status, seconds }) => {
      metrics.count('httpRequests', { method, route, status });
      metrics.time('httpSeconds', { route }, seconds);
    },
    'token.answered': ({ status }) => metrics.count('tokenAnswers', { status }),
    'token.read': ({ asks }) => metrics.time('tokenReadBatch', {}, asks),
    'job.ended': ({ job, outcome, seconds }) => {
      metrics.count('jobs', { job, outcome });
      metrics.time('jobSeconds', { job }, seconds);
    },
    'refresh.marked': ({ lagSeconds }) => metrics.time('refreshLag', {}, lagSeconds),
    'flight.settled': ({ kind, outcome, provider }) => metrics.count('flights', { kind, outcome, provider: named(provider) }),
    'refresh.deferred': ({ provider, why }) => metrics.count('refreshesDeferred', { outcome: why, provider: named(provider) }),
    'provider.called': ({ kind, result, seconds }) => {
      metrics.count('providerCalls', { kind, result });
      metrics.time('providerSeconds', { kind }, seconds);
    },
  });
}
