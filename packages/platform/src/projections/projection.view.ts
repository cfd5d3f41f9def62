import type { SystemView } from '@grantkeeper/contracts/system/http';
import type { Sql } from '../database/pool.js';

type ProjectionState = SystemView['projections'][number];

/** How far projections are: those with these names, whether or not they have begun. */
export async function listProjections(sql: Sql, names: readonly string[]): Promise<ProjectionState[]> {
  const { rows } = await sql.query<
    Omit<ProjectionState, 'appliedAt' | 'rebuiltAt' | 'state'> & {
      appliedAt: Date | null;
      rebuiltAt: Date | null;
      begun: boolean;
    }
  >({
    name: 'projections',
    text: `SELECT n.name, coalesce(p.applied_below, 0) > 0 AS begun, p.applied_at AS "appliedAt", p.rebuilt_at AS "rebuiltAt", count(e.at)::int AS behind,
             coalesce(extract(epoch FROM now() - min(e.at)), 0)::float8 AS "lagSeconds"
           FROM unnest($1::text[]) n(name) LEFT JOIN projection p USING (name)
           LEFT JOIN LATERAL (
             SELECT at FROM event WHERE tx >= coalesce(p.applied_below, 0) AND (p.window_end IS NULL OR tx >= p.window_end OR id > p.last_id)
             ORDER BY tx LIMIT 10000) e ON true
           GROUP BY n.name, p.applied_below, p.applied_at, p.rebuilt_at ORDER BY n.name`,
    values: [names],
  });
  return rows.map(({ begun, appliedAt, rebuiltAt, ...row }) => ({
    ...row,
    state: begun ? 'live' : 'rebuilding',
    appliedAt: appliedAt?.toISOString() ?? null,
    rebuiltAt: rebuiltAt?.toISOString() ?? null,
  }));
}
