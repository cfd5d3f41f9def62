import type { createDataSource } from '@grantkeeper/platform/database/data-source';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import type { Flights } from '@grantkeeper/platform/flights/flights';
import type { GateReading, ProviderGates } from '@grantkeeper/platform/gates/provider-gates';
import { measure } from '@grantkeeper/platform/observability/measure';
import { Metrics } from '@grantkeeper/platform/observability/metrics';
import { MetricsServer } from '@grantkeeper/platform/observability/metrics-server';
import { askProcess, ormPool } from '@grantkeeper/platform/observability/process-gauges';
import { type Backlog, readBacklog } from '@grantkeeper/platform/outbox/backlog';
import { listProjections } from '@grantkeeper/platform/projections/projection.view';
import { projections } from '@grantkeeper/platform/projections/projections';
import type { JobQueues } from '@grantkeeper/platform/queues/queues';
import type { Dispatcher } from './dispatcher.js';

/** The parts of a worker that have figures to tell. */
export interface Measured {
  pool: SqlPool;
  dataSource: ReturnType<typeof createDataSource>;
  queues: JobQueues;
  flights: Flights;
  gates: ProviderGates;
  dispatcher: Dispatcher;
}

/** Hosts of providers may be any number of them. */
const mostProviders = 100;
const openness = { closed: 0, half_open: 0.5, open: 1 };

/** However often and by however many it is scraped. */
const backlogKeptMs = 5_000;

/** The worker's figures on their own port. */
export function metricsServer({ pool, dataSource, queues, flights, gates, dispatcher }: Measured): MetricsServer {
  const metrics = new Metrics('worker');
  askProcess(metrics, { sql: pool, orm: ormPool(dataSource) }, () => queues.answers());
  metrics.ask('answersHeld', () => [{ value: flights.holding.answers }]);
  metrics.ask('answersHeldSeconds', () => [{ value: flights.holding.oldestSeconds }]);
  metrics.ask('jobsInLine', () => [{ value: dispatcher.lineLength }]);
  const byProvider = (read: (gate: GateReading) => number | null) => () =>
    gates
      .readings()
      .slice(0, mostProviders)
      .flatMap((gate) => {
        const value = read(gate);
        return value === null ? [] : [{ labels: { provider: gate.provider }, value }];
      });
  metrics.ask(
    'providerInFlight',
    byProvider(({ inFlight }) => inFlight),
  );
  metrics.ask(
    'providerRate',
    byProvider(({ perSecond }) => perSecond),
  );
  metrics.ask(
    'breakerOpen',
    byProvider(({ breaker }) => openness[breaker]),
  );
  const backlog = keptFor(backlogKeptMs, () => readBacklog(pool));
  const asked = (key: keyof Backlog) => async () => [{ value: (await backlog())[key] }];
  metrics.ask('refreshesDue', asked('refreshesDue'));
  metrics.ask('refreshOverdue', asked('overdueSeconds'));
  metrics.ask('jobsUnqueued', asked('jobsUnqueued'));
  metrics.ask('revocationsPending', asked('revocationsPending'));
  const lag = keptFor(backlogKeptMs, () =>
    listProjections(
      pool,
      projections.map(({ name }) => name),
    ),
  );
  metrics.ask('projectionLag', async () => [{ value: Math.max(...(await lag()).map(({ lagSeconds }) => lagSeconds)) }]);
  metrics.includeProcess();
  measure(metrics);
  return new MetricsServer(metrics);
}

/** Reads once per period; a failure is kept as long, so that an absent database is not asked at every scrape. */
function keptFor<T>(periodMs: number, read: () => Promise<T>): () => Promise<T> {
  let kept: Promise<T> | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = performance.now();
    if (kept === undefined || now - readAt >= periodMs) {
      readAt = now;
      kept = read();
      kept.catch(() => undefined);
    }
    return kept;
  };
}
