import { createHash } from 'node:crypto';
import type pg from 'pg';

/** What a worker notes of itself every few seconds, whatever happens. */
const heartbeat = '(worker_seen,%';

/** Where workers say that they live, how far projections are, and what is counted every few seconds: nothing that a request changes. */
const countedByWorkers = ['worker', 'projection', 'refresh_due', 'refresh_due_count', 'queue_activity'];

/** A fingerprint of the rows of each of our tables but those that workers write to whatever happens. What a queue keeps in tables of its own is left out. */
export async function fingerprints(db: pg.Client): Promise<Record<string, string>> {
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> ALL ($1) ORDER BY relname`,
    [countedByWorkers],
  );
  const found: Record<string, string> = {};
  for (const { name } of tables) {
    const { rows } = await db.query<{ row: string }>(
      `SELECT t::text AS row FROM public."${name}" t WHERE t::text NOT LIKE $1 ORDER BY t::text`,
      [heartbeat],
    );
    const hash = createHash('sha256');
    for (const { row } of rows) hash.update(row);
    found[name] = `${rows.length} rows ${hash.digest('hex').slice(0, 16)}`;
  }
  return found;
}
