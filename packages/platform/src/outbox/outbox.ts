import { randomUUID } from 'node:crypto';
import type { DomainEvent } from '@grantkeeper/contracts/events';
import type { JobName } from '@grantkeeper/contracts/jobs';
import { jobsFor } from '@grantkeeper/contracts/reactions';
import type { Sql } from '../database/pool.js';

/** One event with its envelope's facts, as it is appended. */
export interface Entry {
  stream: string;
  event: DomainEvent;
  assistantId: string | null;
  actor: string;
  correlationId: string;
}

/** A job row: an intent that PostgreSQL holds until a queue has taken it. */
export interface JobRow {
  id: string;
  name: JobName;
  payload: unknown;
  correlationId: string;
}

/** Appends events and the jobs they ask for (the reactions map) in the caller's transaction; answers the jobs to publish after the commit. */
export async function appendEvents(sql: Sql, entries: readonly Entry[]): Promise<JobRow[]> {
  if (entries.length === 0) return [];
  const { rows } = await sql.query<{ id: number }>({
    name: 'append-events',
    text: `INSERT INTO event (stream, type, payload, assistant_id, actor, correlation_id)
           SELECT e.stream, e.type, e.payload, e.assistant_id, e.actor, e.correlation_id
           FROM unnest($1::text[], $2::text[], $3::jsonb[], $4::uuid[], $5::text[], $6::text[]) WITH ORDINALITY
             AS e(stream, type, payload, assistant_id, actor, correlation_id, n)
           ORDER BY n RETURNING id`,
    values: [
      entries.map((entry) => entry.stream),
      entries.map((entry) => entry.event.type),
      entries.map(({ event: { type: _, ...payload } }) => JSON.stringify(payload)),
      entries.map((entry) => entry.assistantId),
      entries.map((entry) => entry.actor),
      entries.map((entry) => entry.correlationId),
    ],
  });
  const jobs = entries.flatMap(({ event, correlationId }, index) =>
    jobsFor(event).map(({ name, payload }) => ({ id: randomUUID(), eventId: rows[index]?.id, name, payload, correlationId })),
  );
  if (jobs.length > 0) {
    await sql.query({
      name: 'append-jobs',
      text: `INSERT INTO job (id, event_id, name, payload, correlation_id)
             SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::jsonb[], $5::text[])`,
      values: [
        jobs.map((job) => job.id),
        jobs.map((job) => job.eventId),
        jobs.map((job) => job.name),
        jobs.map((job) => JSON.stringify(job.payload)),
        jobs.map((job) => job.correlationId),
      ],
    });
  }
  return jobs.map(({ eventId: _, ...job }) => job);
}

/** Marks jobs as taken by a queue. */
export async function markQueued(sql: Sql, jobIds: readonly string[]): Promise<void> {
  await sql.query({
    name: 'mark-queued',
    text: 'UPDATE job SET queued_at = now() WHERE id = ANY($1) AND queued_at IS NULL',
    values: [jobIds],
  });
}

/** Takes jobs that no queue has taken for `olderThanMs` and locks them for the transaction; the caller publishes, marks and commits (at least once). */
export async function takeUnqueued(sql: Sql, olderThanMs: number, limit: number): Promise<JobRow[]> {
  const { rows } = await sql.query<{ id: string; name: JobName; payload: unknown; correlation_id: string }>({
    name: 'take-unqueued',
    text: `SELECT id, name, payload, correlation_id FROM job
           WHERE queued_at IS NULL AND created_at <= now() - make_interval(secs => $1::float8 / 1000)
           ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED`,
    values: [olderThanMs, limit],
  });
  return rows.map(({ correlation_id: correlationId, ...row }) => ({ ...row, correlationId }));
}

/** Tells whoever waits that these grants or authorizations have settled; delivered at commit. */
export async function notifySettled(sql: Sql, ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += 200) {
    await sql.query({
      name: 'notify-settled',
      text: `SELECT pg_notify('gk_settled', $1)`,
      values: [ids.slice(from, from + 200).join(',')],
    });
  }
}

/** Wakes the workers' relays at once. */
export async function notifyWanted(sql: Sql): Promise<void> {
  await sql.query(`SELECT pg_notify('gk_wanted', '')`);
}
