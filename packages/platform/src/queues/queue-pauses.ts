import type { QueueName } from '@grantkeeper/contracts/jobs';
import type { Sql } from '../database/pool.js';

/** Tells workers that a queue was paused or resumed, or that a job has failed. */
export const queuesChannel = 'gk_queues';

export interface Pause {
  queue: QueueName;
  pausedAt: Date;
  pausedBy: string;
}

/** The queues that are paused. In PostgreSQL, so that no loss of Redis lets them run. */
export async function listPauses(sql: Sql): Promise<Pause[]> {
  const { rows } = await sql.query<Pause>({
    name: 'queue-pauses',
    text: 'SELECT queue, paused_at AS "pausedAt", paused_by AS "pausedBy" FROM queue_pause',
  });
  return rows;
}

/** Pauses a queue; answers whether it was not paused before. */
export async function pauseQueue(sql: Sql, queue: QueueName, by: string): Promise<boolean> {
  const { rowCount } = await sql.query('INSERT INTO queue_pause (queue, paused_by) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
    queue,
    by,
  ]);
  await sql.query('SELECT pg_notify($1, $2)', [queuesChannel, queue]);
  return rowCount === 1;
}

/** Resumes a queue; answers whether it was paused. */
export async function resumeQueue(sql: Sql, queue: QueueName): Promise<boolean> {
  const { rowCount } = await sql.query('DELETE FROM queue_pause WHERE queue = $1', [queue]);
  await sql.query('SELECT pg_notify($1, $2)', [queuesChannel, queue]);
  return rowCount === 1;
}
