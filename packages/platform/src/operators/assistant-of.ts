import type { RouteSubject } from '@grantkeeper/contracts/operators/route-subjects';
import type { Sql } from '../database/pool.js';

const tables: Record<Exclude<RouteSubject, 'assistant'>, string> = {
  profile: 'profile',
  grant: '"grant"',
  'test-run': 'test_run',
  'runtime-key': 'runtime_key',
};

/** The assistant that an object belongs to; null where there is no such object. */
export async function assistantOf(sql: Sql, kind: RouteSubject, id: string): Promise<string | null> {
  if (kind === 'assistant') return id;
  const { rows } = await sql.query<{ assistant_id: string }>({
    name: `assistant-of-${kind}`,
    text: `SELECT assistant_id FROM ${tables[kind]} WHERE id = $1`,
    values: [id],
  });
  return rows[0]?.assistant_id ?? null;
}
