import type { OutboundCall } from '@grantkeeper/outbound/observed-client';
import { callContext } from './call-context.js';
import { observe } from './observations.js';

/** One log line and one measurement for each call to a provider: who was called for whom and how it ended, never a path, query, header or body. */
export function tellProviderCalls(log: { info(fields: object, message: string): void }): (call: OutboundCall) => void {
  return ({ host, result, reason, status, ms }) => {
    const { kind, correlationId, ids } = callContext();
    log.info({ kind, provider: host, result, reason, status, ms: Math.round(ms), correlationId, ...ids }, 'provider call');
    observe('provider.called', { kind, result, seconds: ms / 1000 });
  };
}
