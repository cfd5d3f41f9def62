import type pg from 'pg';
import { inTransaction } from '../database/pool.js';

/** Counting may take this part of a worker's time, and is done this often at most. */
const restFactor = 20;
const restAtLeastSeconds = 15;

/**
 * Counts the refreshes that are late and those that fall due in the next hour and day, by assistant: what a page could not ask of a million grants.
 * One worker at a time, and the longer it takes, the more seldom. Answers whether it was time.
 */
export function countDueRefreshes(pool: pg.Pool): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const { rows } = await sql.query<{ due: boolean }>(
      `SELECT pg_try_advisory_xact_lock(7300011) AND NOT EXISTS (SELECT FROM refresh_due_count WHERE next_at > now()) AS due`,
    );
    if (!rows[0]?.due) return false;
    await sql.query(`SET LOCAL statement_timeout = '60s'`);
    await sql.query('DELETE FROM refresh_due');
    await sql.query(counting);
    await sql.query(
      `INSERT INTO refresh_due_count (counted_at, next_at)
       SELECT now(), clock_timestamp() + greatest(interval '${restAtLeastSeconds} s', (clock_timestamp() - now()) * ${restFactor})
       ON CONFLICT (one) DO UPDATE SET counted_at = excluded.counted_at, next_at = excluded.next_at`,
    );
    return true;
  });
}

/** Span 0 of either list begins now. */
const counting = `
  INSERT INTO refresh_due (assistant_id, late, oldest_due_at, next_hour, next_day)
  SELECT assistant_id, coalesce(sum(count) FILTER (WHERE span < 0), 0), min(first) FILTER (WHERE span < 0),
    array_agg(count ORDER BY span) FILTER (WHERE span BETWEEN 0 AND 11),
    ARRAY(SELECT coalesce(sum(c), 0) FROM unnest(array_agg(count ORDER BY span) FILTER (WHERE span >= 0)) WITH ORDINALITY AS u(c, n) GROUP BY (n - 1) / 12 ORDER BY (n - 1) / 12)
  FROM (
    SELECT every.assistant_id, every.span, coalesce(found.count, 0)::int AS count, found.first
    FROM (SELECT id AS assistant_id, span FROM assistant, generate_series(-1, 287) span) every
    LEFT JOIN (
      SELECT g.assistant_id, CASE WHEN g.due_at <= now() THEN -1 ELSE least(287, floor(extract(epoch FROM g.due_at - now()) / 300))::int END AS span,
        count(*) AS count, min(g.due_at) AS first
      FROM "grant" g JOIN profile p ON p.id = g.profile_id AND p.status = 'active'
      WHERE g.status = 'active' AND g.due_at < now() + interval '24 hours' GROUP BY 1, 2) found USING (assistant_id, span)) counted
  GROUP BY assistant_id`;
