import type { DataSource } from 'typeorm';
import type { Metrics, Reading } from './metrics.js';

/** What a pool of connections tells of itself. */
export interface PoolCounts {
  totalCount: number;
  idleCount: number;
  waitingCount: number;
}

/** The gauges that both processes have: connections to the database, and whether the queue answers. */
export function askProcess(
  metrics: Metrics,
  pools: Readonly<Record<string, PoolCounts>>,
  queueAnswers: () => Promise<boolean>,
): void {
  const each = (read: (pool: PoolCounts, name: string) => Reading[]): Reading[] =>
    Object.entries(pools).flatMap(([name, pool]) => read(pool, name));
  metrics.ask('databaseConnections', () =>
    each(({ totalCount, idleCount }, pool) => [
      { labels: { pool, state: 'in_use' }, value: totalCount - idleCount },
      { labels: { pool, state: 'idle' }, value: idleCount },
    ]),
  );
  metrics.ask('databaseWaiting', () => each(({ waitingCount }, pool) => [{ labels: { pool }, value: waitingCount }]));
  metrics.ask('queueAway', async () => [{ value: (await queueAnswers()) ? 0 : 1 }]);
}

/** The pool that TypeORM keeps inside. */
export function ormPool({ driver }: Pick<DataSource, 'driver'>): PoolCounts {
  return (driver as unknown as { master: PoolCounts }).master;
}
