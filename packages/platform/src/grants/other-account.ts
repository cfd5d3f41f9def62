import type { Sql } from '../database/pool.js';

/** Lets the next consent into a living grant, within a day, come from another account. Null where no such grant lives. */
export async function allowOtherAccount(
  sql: Sql,
  grantId: string,
): Promise<{ assistantId: string; profileId: string; version: number; until: Date } | null> {
  const { rows } = await sql.query<{ assistantId: string; profileId: string; version: number; until: Date }>({
    name: 'allow-other-account',
    text: `UPDATE "grant" SET other_account_until = now() + interval '1 day' WHERE id = $1 AND status IN ('active', 'reconnect_required')
           RETURNING assistant_id AS "assistantId", profile_id AS "profileId", version, other_account_until AS until`,
    values: [grantId],
  });
  return rows[0] ?? null;
}
