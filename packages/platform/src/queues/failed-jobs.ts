import { type JobName, jobs, type QueueName } from '@grantkeeper/contracts/jobs';
import type { FailedJob } from '@grantkeeper/contracts/queues/http';
import type { Sql } from '../database/pool.js';
import { queuesChannel } from './queue-pauses.js';

const keptDays = 7;
const keptOfQueue = 1_000;

interface FailedRow {
  id: string;
  job: string;
  payload: Record<string, string | number>;
  reason: string;
  correlationId: string;
  times: number;
  firstFailedAt: Date;
  failedAt: Date;
  retriedAt: Date | null;
  /** As PostgreSQL writes it, in full, for the place in the list. */
  failedAtText: string;
}

/** What a job is about: the same however often and under whichever of two names it is queued. */
export function workOf(name: JobName, payload: unknown): string {
  return [name.replace(/-due$/, ''), ...Object.values(payload as object).map(String)].join(' ');
}

/** Keeps a job that has ended unexpectedly, for people to see. The payload was read by its schema: ids only. */
export async function noteFailedJob(
  sql: Sql,
  { name, payload, reason, correlationId }: { name: JobName; payload: unknown; reason: string; correlationId: string },
): Promise<void> {
  await sql.query({
    name: 'note-failed-job',
    text: `INSERT INTO failed_job AS f (queue, work, job, payload, reason, correlation_id) VALUES ($1, $2, $3, $4, $5, $6)
           ON CONFLICT (work) DO UPDATE SET job = excluded.job, queue = excluded.queue, reason = excluded.reason, correlation_id = excluded.correlation_id,
             times = f.times + 1, failed_at = now()`,
    values: [jobs[name].queue, workOf(name, payload), name, JSON.stringify(payload), reason, correlationId],
  });
  await sql.query('SELECT pg_notify($1, $2)', [queuesChannel, jobs[name].queue]); // whichever worker does it next, its success is news
}

/** The work of every kept job, for workers to know whose success is news. */
export async function failedWorks(sql: Sql): Promise<Set<string>> {
  const { rows } = await sql.query<{ work: string }>({ name: 'failed-works', text: 'SELECT work FROM failed_job' });
  return new Set(rows.map(({ work }) => work));
}

/** It has been done since: nothing to see any more. */
export async function forgetFailedWork(sql: Sql, work: string): Promise<void> {
  await sql.query({ name: 'forget-failed-work', text: 'DELETE FROM failed_job WHERE work = $1', values: [work] });
}

/** Bounds what is kept, by age and by queue. */
export async function forgetFailedJobs(sql: Sql): Promise<void> {
  await sql.query(
    `DELETE FROM failed_job WHERE failed_at < now() - interval '${keptDays} days' OR id IN (
       SELECT id FROM (SELECT id, row_number() OVER (PARTITION BY queue ORDER BY failed_at DESC, id DESC) AS n FROM failed_job) f WHERE n > ${keptOfQueue})`,
  );
}

/** How many jobs of each queue are kept as failed. */
export async function countFailedJobs(sql: Sql): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ queue: string; count: number }>({
    name: 'count-failed-jobs',
    text: 'SELECT queue, count(*)::int AS count FROM failed_job GROUP BY queue',
  });
  return new Map(rows.map(({ queue, count }) => [queue, count]));
}

/** Failed jobs of a queue, the latest first. */
export async function listFailedJobs(
  sql: Sql,
  queue: QueueName,
  before: { at: string; id: string } | null,
  limit: number,
): Promise<FailedRow[]> {
  const { rows } = await sql.query<FailedRow>({
    name: 'list-failed-jobs',
    text: `SELECT id, job, payload, reason, correlation_id AS "correlationId", times, first_failed_at AS "firstFailedAt", failed_at AS "failedAt",
             retried_at AS "retriedAt", failed_at::text AS "failedAtText" FROM failed_job
           WHERE queue = $1 AND ($2::timestamptz IS NULL OR (failed_at, id) < ($2, $3)) ORDER BY failed_at DESC, id DESC LIMIT $4`,
    values: [queue, before?.at ?? null, before?.id ?? null, limit],
  });
  return rows;
}

/** The view of a kept job. */
export function failedJobView({ failedAtText: _, ...row }: FailedRow): FailedJob {
  return {
    ...row,
    firstFailedAt: row.firstFailedAt.toISOString(),
    failedAt: row.failedAt.toISOString(),
    retriedAt: row.retriedAt?.toISOString() ?? null,
  };
}

export interface TakenFailedJob {
  id: string;
  name: string;
  payload: Record<string, string | number>;
}

/** Takes failed jobs of a queue to be tried again: one, or the longest waiting. They are kept until one succeeds. */
export async function takeFailedJobs(
  sql: Sql,
  queue: QueueName,
  jobId: string | null,
  limit: number,
): Promise<{ jobs: TakenFailedJob[]; left: number }> {
  const { rows } = await sql.query<TakenFailedJob>(
    `WITH k AS MATERIALIZED (
       SELECT id FROM failed_job WHERE queue = $1 AND ($2::uuid IS NULL OR id = $2)
       ORDER BY retried_at NULLS FIRST, failed_at, id LIMIT $3 FOR UPDATE)
     UPDATE failed_job f SET retried_at = now() FROM k WHERE f.id = k.id RETURNING f.id, f.job AS name, f.payload`,
    [queue, jobId, limit],
  );
  const counts = await countFailedJobs(sql);
  return { jobs: rows, left: jobId === null ? Math.max(0, (counts.get(queue) ?? 0) - rows.length) : 0 };
}
