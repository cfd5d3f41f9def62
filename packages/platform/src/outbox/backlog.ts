import type { Sql } from '../database/pool.js';

/** What waits in PostgreSQL for a worker. Counts end at 100 000. */
export interface Backlog {
  refreshesDue: number;
  /** Of the refresh that has been due the longest; 0 when none is. */
  overdueSeconds: number;
  jobsUnqueued: number;
  revocationsPending: number;
}

const most = 100_000;
/** A disabled profile's grants stay due until it is enabled: they are not late. */
const due = `"grant" g JOIN profile p ON p.id = g.profile_id AND p.status = 'active' WHERE g.status = 'active' AND g.due_at <= now()`;

/** Seconds that the longest waiting refresh is overdue. */
export async function overdueSeconds(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ seconds: number }>({
    name: 'overdue-seconds',
    text: `SELECT extract(epoch FROM now() - g.due_at)::float8 AS seconds FROM ${due} ORDER BY g.due_at LIMIT 1`,
  });
  return rows[0]?.seconds ?? 0;
}

export async function readBacklog(sql: Sql): Promise<Backlog> {
  const { rows } = await sql.query<Omit<Backlog, 'overdueSeconds'>>({
    name: 'backlog',
    text: `SELECT
             (SELECT count(*) FROM (SELECT FROM ${due} LIMIT ${most}) d)::int AS "refreshesDue",
             (SELECT count(*) FROM (SELECT FROM job WHERE queued_at IS NULL LIMIT ${most}) j)::int AS "jobsUnqueued",
             (SELECT count(*) FROM (SELECT FROM revocation WHERE state = 'pending' LIMIT ${most}) r)::int AS "revocationsPending"`,
  });
  const [counted] = rows;
  if (!counted) throw new Error('a count without a row');
  return { ...counted, overdueSeconds: await overdueSeconds(sql) };
}
