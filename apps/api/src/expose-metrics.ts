import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { measure } from '@grantkeeper/platform/observability/measure';
import { Metrics } from '@grantkeeper/platform/observability/metrics';
import { MetricsServer } from '@grantkeeper/platform/observability/metrics-server';
import { askProcess, ormPool } from '@grantkeeper/platform/observability/process-gauges';
import { JobQueues } from '@grantkeeper/platform/queues/queues';
import { Waiters } from '@grantkeeper/platform/waiting/waiters';
import type { INestApplicationContext } from '@nestjs/common';
import type { ApiConfig } from './config.js';
import { Database } from './platform.module.js';

/** Serves the API's figures where METRICS_PORT is set, to the end of the process; answers the port. */
export async function exposeMetrics(app: INestApplicationContext, { metricsPort, listen }: ApiConfig): Promise<number | null> {
  if (metricsPort === null) return null;
  const metrics = new Metrics('api');
  const queues = app.get(JobQueues);
  const waiters = app.get(Waiters);
  askProcess(metrics, { sql: app.get(SqlPool), orm: ormPool(app.get(Database).dataSource) }, () => queues.answers());
  metrics.ask('waiters', () => [{ value: waiters.size }]);
  metrics.includeProcess();
  measure(metrics);
  return new MetricsServer(metrics).listen(metricsPort, listen.host ?? undefined);
}
