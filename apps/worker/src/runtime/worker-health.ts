import { isMigrationPending } from '@grantkeeper/platform/database/pending-migrations';
import type { Measured } from './expose-metrics.js';
import type { Health } from './health-server.js';

/** An answer that waits so long is in danger: it is lost with its process. */
const heldTooLongSeconds = 5;
/** Providers that are named as down. */
const mostNamed = 20;

/** Without the database nothing can be done, without a place to spill answers nothing is sent, and a Redis that evicts has to be set right before it forgets jobs; what is degraded is named, and the worker goes on. */
export async function workerHealth({ pool, dataSource, queues, flights, gates }: Omit<Measured, 'dispatcher'>): Promise<Health> {
  const [pending, queue] = await Promise.all([isMigrationPending(pool, dataSource).catch(() => null), queues.state()]);
  const degraded = [
    ...(queue === 'away' ? ['queue'] : []),
    ...(flights.holding.oldestSeconds > heldTooLongSeconds ? ['held_answers'] : []),
    ...(pending ? ['migrations'] : []),
    ...providersDown(gates).map((provider) => `provider ${provider}`),
  ];
  const down = [
    ...(pending === null ? ['database'] : []),
    ...(flights.maySend() ? [] : ['spill']),
    ...(queue === 'evicts' ? ['queue_evicts'] : []),
  ];
  return { down, degraded };
}

/** Providers whose breaker is not closed. */
function providersDown(gates: Measured['gates']): string[] {
  return gates
    .readings()
    .filter(({ breaker }) => breaker !== 'closed')
    .map(({ provider }) => provider)
    .sort()
    .slice(0, mostNamed);
}
