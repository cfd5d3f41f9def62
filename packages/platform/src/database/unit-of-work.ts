import type { DomainEvent } from '@grantkeeper/contracts/events';
import { type Actor, actorName } from '@grantkeeper/core/kernel/actor';
import type { PoolClient } from 'pg';
import type { DataSource, EntityManager } from 'typeorm';
import { type AuditRecord, appendAudit } from '../operators/audit.store.js';
import { appendEvents, type Entry, type JobRow, notifySettled } from '../outbox/outbox.js';

/** Who acts, and the id that ties a request's log lines, events and jobs together. */
export interface Context {
  actor: Actor;
  correlationId: string;
}

/** One transaction: its connection in TypeORM's and in plain form, and what will be written with it. */
export interface Transaction {
  readonly manager: EntityManager;
  readonly sql: PoolClient;
  readonly context: Context;
  /** Records an event; it and its jobs are stored with the transaction. */
  record(stream: string, assistantId: string | null, event: DomainEvent): void;
  /** Records an operator's act in the hash chain, with the transaction. */
  audit(entry: Omit<AuditRecord, 'actor'>): void;
  /** Wakes those who wait for this grant or authorization, at commit. */
  settled(id: string): void;
}

/** PostgreSQL answers the COMMIT of a transaction that it has aborted with ROLLBACK and without an error, and TypeORM takes that for stored. */
const aborted = 'the transaction was rolled back: one of its statements had failed';

/** Publishes jobs after a commit; never throws (what a queue did not take, the relay takes). */
export type PublishJobs = (jobs: JobRow[]) => void;

/** Runs a command's changes as one transaction: state, events, job rows and audit together or not at all. */
export class UnitOfWork {
  constructor(
    private readonly dataSource: DataSource,
    private readonly publish: PublishJobs,
  ) {}

  async run<T>(context: Context, work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const { result, jobs } = await this.dataSource.transaction(async (manager) => {
      const sql = (await manager.queryRunner?.connect()) as PoolClient;
      const entries: Entry[] = [];
      const audits: AuditRecord[] = [];
      const settled = new Set<string>();
      const actor = actorName(context.actor);
      const transaction: Transaction = {
        manager,
        sql,
        context,
        record: (stream, assistantId, event) =>
          void entries.push({ stream, event, assistantId, actor, correlationId: context.correlationId }),
        audit: (entry) => void audits.push({ ...entry, actor }),
        settled: (id) => void settled.add(id),
      };
      const result = await work(transaction);
      const jobs = await appendEvents(sql, entries);
      if (settled.size > 0) await notifySettled(sql, [...settled]);
      if (audits.length > 0)
        await appendAudit(sql, audits); // last: its lock is one for all
      else if (entries.length + settled.size === 0) await sql.query(''); // a failure is told before the state that it leaves
      if (sql.getTransactionStatus() === 'E') throw new Error(aborted);
      return { result, jobs };
    });
    if (jobs.length > 0) this.publish(jobs);
    return result;
  }
}
