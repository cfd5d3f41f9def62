import type { Sql } from '../database/pool.js';

/** What a grant's requests are filled with. */
export interface GrantInputs {
  tenant: string;
  userId: string;
  origins: string[];
  inputs: Buffer | null;
}

/** The inputs of one version of an active grant; null where it has moved on since its token was read. */
export async function findGrantInputs(sql: Sql, grantId: string, version: number): Promise<GrantInputs | null> {
  const { rows } = await sql.query<GrantInputs>({
    name: 'find-grant-inputs',
    text: `SELECT tenant, user_id AS "userId", origins, inputs FROM "grant" WHERE id = $1 AND version = $2 AND status = 'active'`,
    values: [grantId, version],
  });
  return rows[0] ?? null;
}
