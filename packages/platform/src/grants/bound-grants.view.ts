import type { GrantsBoundAlike } from '@grantkeeper/core/grants/blast-radius';
import type { Sql } from '../database/pool.js';

export const boundGrants = `SELECT origins, client_id AS "clientId", user_id = '' AS "forEveryone", status = 'active' AS work, count(*) AS grants FROM "grant"
  WHERE profile_id = $1 AND status IN ('active', 'reconnect_required') GROUP BY 1, 2, 3, 4`;

/** The living grants of a profile, counted by what they are bound to. Reads those grants alone, by their index. */
export async function countBoundGrants(sql: Sql, profileId: string): Promise<GrantsBoundAlike[]> {
  const { rows } = await sql.query<GrantsBoundAlike>({ name: 'count-bound-grants', text: boundGrants, values: [profileId] });
  return rows;
}
