import type { Sql } from '../database/pool.js';

/** A worker that has written nothing for so long is taken as gone. */
export const workerGoneAfterSeconds = 15;

/** Notes that a worker lives and reaches the database; one row for all of them. */
export async function noteWorker(sql: Sql): Promise<void> {
  await sql.query({
    name: 'note-worker',
    text: `INSERT INTO setting (key, value) VALUES ('worker_seen', extract(epoch FROM now())::text)
           ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
  });
}

/** Whether any worker has been seen of late. */
export async function isWorkerSeen(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ seen: boolean }>({
    name: 'worker-seen',
    text: `SELECT extract(epoch FROM now()) - value::numeric < ${workerGoneAfterSeconds} AS seen FROM setting WHERE key = 'worker_seen'`,
  });
  return rows[0]?.seen ?? false;
}
