import type { Sql } from '../database/pool.js';

/** A request that was answered before, or is being answered now. */
export interface Remembered {
  requestHash: Buffer;
  /** Null while the first request is still under way. */
  answer: { status: number; body: unknown } | null;
}

/** What is not finished after this time was lost with its process and may be taken again. */
const lostAfterSeconds = 60;

/** Takes a key for a request; null when it is ours now, else what is known of the request that has it. */
export async function takeKey(sql: Sql, actor: string, key: string, requestHash: Buffer): Promise<Remembered | null> {
  const { rowCount } = await sql.query(
    `INSERT INTO idempotency AS i (actor, key, request_hash) VALUES ($1, $2, $3)
     ON CONFLICT (actor, key) DO UPDATE SET request_hash = $3, created_at = now()
       WHERE i.status IS NULL AND i.created_at < now() - make_interval(secs => $4)`,
    [actor, key, requestHash, lostAfterSeconds],
  );
  if (rowCount === 1) return null;
  const { rows } = await sql.query<{ request_hash: Buffer; status: number | null; body: unknown }>(
    'SELECT request_hash, status, body FROM idempotency WHERE actor = $1 AND key = $2',
    [actor, key],
  );
  const row = rows[0];
  if (!row) return takeKey(sql, actor, key, requestHash); // let go in between
  return { requestHash: row.request_hash, answer: row.status === null ? null : { status: row.status, body: row.body } };
}

/** Keeps the answer for whoever asks again with the same key. */
export async function keepAnswer(sql: Sql, actor: string, key: string, status: number, body: unknown): Promise<void> {
  await sql.query('UPDATE idempotency SET status = $3, body = $4 WHERE actor = $1 AND key = $2 AND status IS NULL', [
    actor,
    key,
    status,
    JSON.stringify(body),
  ]);
}

/** Lets go of a key whose request failed, so that it can be sent again. */
export async function releaseKey(sql: Sql, actor: string, key: string): Promise<void> {
  await sql.query('DELETE FROM idempotency WHERE actor = $1 AND key = $2 AND status IS NULL', [actor, key]);
}
