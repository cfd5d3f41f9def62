import type pg from 'pg';
import { Gather } from '../database/gather.js';
import type { Sql } from '../database/pool.js';
import { isDueRow } from '../outbox/due-work.js';
import { notifySettled } from '../outbox/outbox.js';

/** A refresh that its provider's gate does not let through now. */
export interface Deferral {
  grantId: string;
  version: number;
  seconds: number;
  /** The gate is closed: readers need not wait for it. Null where only others are before it: who waits, waits on. */
  closedBy: 'rate_limited' | 'breaker_open' | null;
}

/**
 * Puts refreshes off until a permit is to be expected, all in one statement: neither an attempt nor a failure of the grant, so no event and no count. Behind a
 * closed gate the refresh is due later, and the grant says why; else only its queueing is put off.
 */
export async function deferRefreshes(sql: Sql, deferrals: readonly Deferral[]): Promise<void> {
  if (deferrals.length === 0) return;
  await sql.query({
    name: 'defer-refreshes',
    text: `WITH d AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::float8[], $4::text[]) AS d(id, version, seconds, closed_by)),
           k AS MATERIALIZED (
             SELECT g.id, now() + make_interval(secs => d.seconds) AS until, d.closed_by FROM "grant" g JOIN d ON d.id = g.id AND d.version = g.version
             WHERE ${isDueRow} ORDER BY g.id FOR NO KEY UPDATE OF g SKIP LOCKED)
           UPDATE "grant" g SET queued_until = CASE WHEN k.closed_by IS NULL THEN k.until END, due_at = CASE WHEN k.closed_by IS NULL THEN g.due_at ELSE k.until END,
             last_failure = coalesce(g.last_failure, k.closed_by)
           FROM k WHERE g.id = k.id`,
    values: [
      deferrals.map(({ grantId }) => grantId),
      deferrals.map(({ version }) => version),
      deferrals.map(({ seconds }) => seconds),
      deferrals.map(({ closedBy }) => closedBy),
    ],
  });
  const closed = deferrals.filter(({ closedBy }) => closedBy !== null).map(({ grantId }) => grantId);
  if (closed.length > 0) await notifySettled(sql, closed);
}

/** Deferrals of many jobs, gathered. */
export class DeferRefreshes {
  private readonly gather: Gather<Deferral, void>;

  constructor(pool: pg.Pool) {
    this.gather = new Gather<Deferral, void>(async (deferrals) => {
      const once = new Map(deferrals.map((deferral) => [deferral.grantId, deferral]));
      await deferRefreshes(pool, [...once.values()]);
      return deferrals.map(() => undefined);
    });
  }

  defer(deferral: Deferral): Promise<void> {
    return this.gather.ask(deferral);
  }
}
