import type { DueForecast, LateRefreshes } from '@grantkeeper/contracts/refresh/http';
import type { Sql } from '../database/pool.js';
import { overdueSeconds } from '../outbox/backlog.js';

const mostLate = 10_000;
const minutes = 60_000;

interface Counted {
  countedAt: Date | null;
  late: number;
  oldestSeconds: number;
  nextHour: number[];
  nextDay: number[];
}

/** What a worker has counted last, of all assistants or of one. */
async function counted(sql: Sql, assistantId: string | null): Promise<Counted> {
  const sums = (list: string): string =>
    `ARRAY(SELECT sum(c)::int FROM mine, unnest(mine.${list}) WITH ORDINALITY AS u(c, n) GROUP BY n ORDER BY n)`;
  const { rows } = await sql.query<Counted>({
    name: 'refresh-due-counted',
    text: `WITH mine AS (SELECT * FROM refresh_due WHERE $1::uuid IS NULL OR assistant_id = $1)
           SELECT (SELECT counted_at FROM refresh_due_count) AS "countedAt", coalesce(sum(late), 0)::int AS late,
             greatest(0, coalesce(extract(epoch FROM now() - min(oldest_due_at)), 0))::float8 AS "oldestSeconds",
             ${sums('next_hour')} AS "nextHour", ${sums('next_day')} AS "nextDay" FROM mine`,
    values: [assistantId],
  });
  return rows[0] as Counted;
}

/** When refreshes fall due, as counted last; the spans begin at that instant. */
export async function dueForecast(sql: Sql, assistantId: string | null): Promise<DueForecast> {
  const { countedAt, nextHour, nextDay } = await counted(sql, assistantId);
  const spans = (counts: number[], ms: number): DueForecast['nextHour'] =>
    countedAt === null
      ? []
      : counts.map((refreshes, index) => ({ from: new Date(countedAt.getTime() + index * ms).toISOString(), refreshes }));
  return {
    countedAt: countedAt?.toISOString() ?? null,
    nextHour: spans(nextHour, 5 * minutes),
    nextDay: spans(nextDay, 60 * minutes),
  };
}

/** What is due now and not refreshed yet: of all as it is, of one assistant as long as not too many wait, else as counted last. */
export async function lateRefreshes(sql: Sql, assistantId: string | null): Promise<LateRefreshes> {
  const { rows } = await sql.query<{ scanned: number; late: number; oldestSeconds: number }>({
    name: 'refresh-late',
    text: `SELECT count(*)::int AS scanned, count(*) FILTER (WHERE mine)::int AS late, coalesce(extract(epoch FROM now() - min(due_at) FILTER (WHERE mine)), 0)::float8 AS "oldestSeconds"
           FROM (SELECT g.due_at, $1::uuid IS NULL OR g.assistant_id = $1 AS mine FROM "grant" g JOIN profile p ON p.id = g.profile_id AND p.status = 'active'
                 WHERE g.status = 'active' AND g.due_at <= now() ORDER BY g.due_at LIMIT ${mostLate}) d`,
    values: [assistantId],
  });
  const { scanned, late, oldestSeconds } = rows[0] as { scanned: number; late: number; oldestSeconds: number };
  if (scanned < mostLate) return { refreshes: late, atLeast: false, oldestSeconds };
  if (assistantId === null) return { refreshes: late, atLeast: true, oldestSeconds: await overdueSeconds(sql) };
  const last = await counted(sql, assistantId);
  return { refreshes: last.late, atLeast: false, oldestSeconds: last.oldestSeconds };
}
