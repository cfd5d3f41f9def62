import type { Actor } from '@grantkeeper/core/kernel/actor';
import type { Sql } from '../database/pool.js';

type Runtime = Extract<Actor, { kind: 'runtime' }>;

/** The runtime behind a runtime key, read anew at each call: a revoked key is refused on the next one. */
export async function runtimeByKey(sql: Sql, hash: Buffer): Promise<Runtime | null> {
  const { rows } = await sql.query<Omit<Runtime, 'kind'>>({
    name: 'runtime-by-key',
    text: `SELECT id, assistant_id AS "assistantId", profiles FROM runtime_key WHERE hash = $1 AND revoked_at IS NULL`,
    values: [hash],
  });
  const row = rows[0];
  return row ? { kind: 'runtime', ...row } : null;
}
