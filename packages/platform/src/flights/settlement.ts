import type { DomainEvent } from '@grantkeeper/contracts/events';
import type pg from 'pg';
import type { PoolClient } from 'pg';
import { inTransaction } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';
import { appendEvents, type Entry, notifySettled } from '../outbox/outbox.js';

/** What a settle may do in its transaction: the part of a unit of work that needs no TypeORM, so that both kinds can run the same steps. */
export type Settlement = Pick<Transaction, 'sql' | 'record' | 'settled'>;

/** Runs a worker's settle as one transaction: state, events, job rows and the wake-up of whoever waits, together or not at all. Jobs are left to the relay. */
export function settling<T>(pool: pg.Pool, correlationId: string, work: (settlement: Settlement) => Promise<T>): Promise<T> {
  return settlingTogether(pool, (settlementOf) => work(settlementOf(correlationId)));
}

/** As `settling`, for several flights: all of them are settled, or none. Events go out in one statement, and one notification wakes all who wait. */
export function settlingTogether<T>(
  pool: pg.Pool,
  work: (settlementOf: (correlationId: string) => Settlement) => Promise<T>,
): Promise<T> {
  return inTransaction(pool, async (sql: PoolClient) => {
    const entries: Entry[] = [];
    const settled = new Set<string>();
    const result = await work((correlationId) => ({
      sql,
      record: (stream: string, assistantId: string | null, event: DomainEvent) =>
        void entries.push({ stream, event, assistantId, actor: 'worker', correlationId }),
      settled: (id) => void settled.add(id),
    }));
    await appendEvents(sql, entries);
    if (settled.size > 0) await notifySettled(sql, [...settled]);
    return result;
  });
}
