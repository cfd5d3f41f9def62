import { AsyncLocalStorage } from 'node:async_hooks';

/** On whose behalf a provider is called: what is done, the id that ties log lines together, and whose (ids only). */
export interface CallContext {
  kind: string;
  correlationId: string;
  ids: Readonly<Record<string, unknown>>;
}

const contexts = new AsyncLocalStorage<CallContext>();

/** Runs `work`; every provider that is called in it is called on this behalf. */
export function onBehalfOf<T>(context: CallContext, work: () => T): T {
  return contexts.run(context, work);
}

/** On whose behalf the present code runs, as far as it is known. */
export function callContext(): CallContext {
  return contexts.getStore() ?? { kind: 'other', correlationId: '', ids: {} };
}
