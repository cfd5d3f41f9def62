import type { CallContext } from '@grantkeeper/outbound/guarded-client';
import type { OutboundCall } from '@grantkeeper/outbound/observed-client';
import { observe } from './observations.js';

/** One log line and one measurement for each call to a provider: who was called for whom and how it ended, never a path, query, header or body. */
export function tellProviderCalls(log: {
  info(fields: object, message: string): void;
}): (call: OutboundCall, context?: CallContext) => void {
  return ({ host, result, reason, status, ms }, { kind, correlationId, ids } = unnamed) => {
    log.info({ kind, provider: host, result, reason, status, ms: Math.round(ms), correlationId, ...ids }, 'provider call');
    observe('provider.called', { kind, result, seconds: ms / 1000 });
  };
}

const unnamed: CallContext = { kind: 'other', correlationId: '', ids: {} };
