import type pg from 'pg';
import type { PoolClient } from 'pg';
import { inTransaction } from '../database/pool.js';
import type { ProjectedEvent, Projection } from './projection.js';

/** Events of one transaction. */
const pageSize = 1_000;
/** Where nothing of interest happened, the place is noted so often only. */
const noteEverySeconds = 5;

interface Place {
  from: number;
  windowEnd: number | null;
  lastId: number;
  /** Transactions below are over, whichever way they ended: what they have recorded is there to be read. */
  horizon: number;
  isNoteDue: boolean;
}

/**
 * Applies the next events to a projection and marks them, in one transaction, by one applier at a time; answers whether there may be more at once.
 * A transaction may commit after one that has recorded events with higher ids: so a place is not an id but a transaction below which all are over.
 * The transactions from one such place to the next are a window, whose events are applied in the order of ids (docs/decisions/0034-projections-by-finished-transactions.md).
 */
export function applyProjection(pool: pg.Pool, projection: Projection): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const { rows } = await sql.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock(7300010, hashtext($1)) AS mine', [
      projection.name,
    ]);
    if (!rows[0]?.mine) return false;
    const place = await placeOf(sql, projection.name);
    const end = place.windowEnd ?? place.horizon;
    if (end <= place.from) return false;
    const events = await pageOf(sql, projection, place, end);
    if (events.length > 0) await projection.apply(sql, events);
    const last = events.at(-1);
    const isFull = events.length === pageSize && last !== undefined;
    if (events.length > 0 || place.windowEnd !== null || place.isNoteDue)
      await note(
        sql,
        projection.name,
        events.length > 0,
        isFull ? { from: place.from, windowEnd: end, lastId: last.id } : { from: end },
      );
    return isFull;
  });
}

/** Empties a projection and lets it be made again from the events there are. Waits for an applier that is at work. */
export function rebuildProjection(pool: pg.Pool, projection: Projection): Promise<void> {
  return inTransaction(pool, async (sql) => {
    await sql.query('SELECT pg_advisory_xact_lock(7300010, hashtext($1))', [projection.name]);
    await startOver(sql, projection);
  });
}

/**
 * Numbers of transactions mean nothing in another cluster than theirs: after a dump was restored, all that is recorded counts as over, and projections
 * start again. Answers whether that was so.
 */
export function adoptRestoredEvents(pool: pg.Pool, projections: readonly Projection[]): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const { rowCount } = await sql.query(
      `UPDATE setting SET value = system_identifier::text FROM pg_control_system() WHERE key = 'event_cluster' AND value <> system_identifier::text`,
    );
    if (rowCount !== 1) return false;
    await sql.query('UPDATE event SET tx = 0 WHERE tx <> 0');
    for (const projection of projections) {
      await sql.query('SELECT pg_advisory_xact_lock(7300010, hashtext($1))', [projection.name]);
      await startOver(sql, projection);
    }
    return true;
  });
}

async function startOver(sql: PoolClient, projection: Projection): Promise<void> {
  await projection.clear(sql);
  await sql.query(
    `INSERT INTO projection (name, rebuilt_at) VALUES ($1, now())
     ON CONFLICT (name) DO UPDATE SET applied_below = 0, window_end = NULL, last_id = 0, rebuilt_at = now()`,
    [projection.name],
  );
}

async function placeOf(sql: PoolClient, name: string): Promise<Place> {
  const { rows } = await sql.query<Place>(
    `SELECT coalesce(p.applied_below, 0) AS "from", p.window_end AS "windowEnd", coalesce(p.last_id, 0) AS "lastId",
       pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS horizon,
       coalesce(p.noted_at < now() - make_interval(secs => ${noteEverySeconds}), true) AS "isNoteDue"
     FROM (SELECT $1::text AS name) asked LEFT JOIN projection p USING (name)`,
    [name],
  );
  return rows[0] as Place;
}

/** Not a named statement: how much of the table a window is differs too much for one plan. */
async function pageOf(
  sql: PoolClient,
  { types, keepDays }: Projection,
  { from, lastId }: Place,
  end: number,
): Promise<ProjectedEvent[]> {
  const { rows } = await sql.query<ProjectedEvent>(
    `SELECT id, type, payload, assistant_id AS "assistantId", at FROM event
     WHERE tx >= $1 AND tx < $2 AND id > $3 AND type = ANY($4) AND at >= now() - make_interval(days => $5) ORDER BY id LIMIT ${pageSize}`,
    [from, end, lastId, types, keepDays],
  );
  return rows;
}

async function note(
  sql: PoolClient,
  name: string,
  hasApplied: boolean,
  { from, windowEnd = null, lastId = 0 }: { from: number; windowEnd?: number | null; lastId?: number },
): Promise<void> {
  await sql.query(
    `INSERT INTO projection AS p (name, applied_below, window_end, last_id, noted_at, applied_at) VALUES ($1, $2, $3, $4, now(), CASE WHEN $5 THEN now() END)
     ON CONFLICT (name) DO UPDATE SET applied_below = $2, window_end = $3, last_id = $4, noted_at = now(), applied_at = coalesce(excluded.applied_at, p.applied_at)`,
    [name, from, windowEnd, lastId, hasApplied],
  );
}
