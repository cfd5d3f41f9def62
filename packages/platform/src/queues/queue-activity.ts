import { type JobName, jobs, type QueueName, queueNames } from '@grantkeeper/contracts/jobs';
import type { Sql } from '../database/pool.js';

/** Jobs of one queue that have run since they were last told. */
export interface Ran {
  done: number;
  failed: number;
}

/** Adds to the present minute what a worker has run. */
export async function addQueueActivity(sql: Sql, ran: ReadonlyMap<QueueName, Ran>): Promise<void> {
  if (ran.size === 0) return;
  await sql.query({
    name: 'add-queue-activity',
    text: `INSERT INTO queue_activity AS a (minute, queue, done, failed)
           SELECT date_trunc('minute', now()), * FROM unnest($1::text[], $2::int[], $3::int[])
           ON CONFLICT (minute, queue) DO UPDATE SET done = a.done + excluded.done, failed = a.failed + excluded.failed`,
    values: [[...ran.keys()], [...ran.values()].map(({ done }) => done), [...ran.values()].map(({ failed }) => failed)],
  });
}

/** Ten minutes are shown, a day is kept. */
export async function forgetQueueActivity(sql: Sql): Promise<void> {
  await sql.query(`DELETE FROM queue_activity WHERE minute < now() - interval '1 day'`);
}

/** The last ten minutes of every queue, those without a job too, the present one last. */
export async function lastMinutes(sql: Sql): Promise<Map<QueueName, { minute: string; done: number; failed: number }[]>> {
  const { rows } = await sql.query<{ minute: Date; queue: QueueName; done: number; failed: number }>({
    name: 'queue-minutes',
    text: `SELECT m AS minute, q AS queue, coalesce(a.done, 0) AS done, coalesce(a.failed, 0) AS failed
           FROM generate_series(date_trunc('minute', now()) - interval '9 minutes', date_trunc('minute', now()), interval '1 minute') m
           CROSS JOIN unnest($1::text[]) q LEFT JOIN queue_activity a ON a.minute = m AND a.queue = q ORDER BY m`,
    values: [queueNames],
  });
  const views = rows.map(({ minute, ...row }) => ({ minute: minute.toISOString(), ...row }));
  return new Map(
    queueNames.map((name) => [
      name,
      views.filter(({ queue }) => queue === name).map(({ minute, done, failed }) => ({ minute, done, failed })),
    ]),
  );
}

const mostCounted = 10_000;

/** Job rows that no queue has taken yet, by queue, counted up to 10 000. */
export async function countUnqueued(sql: Sql): Promise<Map<QueueName, number>> {
  const { rows } = await sql.query<{ name: JobName; count: number }>({
    name: 'count-unqueued',
    text: `SELECT name, count(*)::int AS count FROM (SELECT name FROM job WHERE queued_at IS NULL ORDER BY created_at LIMIT ${mostCounted}) j GROUP BY name`,
  });
  const counts = new Map<QueueName, number>();
  for (const { name, count } of rows) {
    const queue = jobs[name]?.queue;
    if (queue) counts.set(queue, (counts.get(queue) ?? 0) + count);
  }
  return counts;
}
