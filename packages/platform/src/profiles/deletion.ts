import type { Sql } from '../database/pool.js';

/** Some grants of a profile under deletion that have not ended, in the order of their ids. */
export async function livingGrants(sql: Sql, profileId: string, limit: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string }>(
    `SELECT g.id FROM "grant" g JOIN profile p ON p.id = g.profile_id WHERE g.profile_id = $1 AND p.status = 'deleting' AND g.status <> 'ended' ORDER BY g.id LIMIT $2`,
    [profileId, limit],
  );
  return rows.map(({ id }) => id);
}

/** Removes a profile under deletion, with its ended grants, once nothing lives and every revocation is settled; null while something is left. */
export async function removeProfile(sql: Sql, profileId: string): Promise<{ assistantId: string } | null> {
  const { rows } = await sql.query<{ assistant_id: string }>(
    `SELECT assistant_id FROM profile p WHERE id = $1 AND status = 'deleting'
       AND NOT EXISTS (SELECT FROM "grant" WHERE profile_id = p.id AND status <> 'ended')
       AND NOT EXISTS (SELECT FROM revocation WHERE profile_id = p.id AND state = 'pending') FOR UPDATE`,
    [profileId],
  );
  if (!rows[0]) return null;
  await sql.query('DELETE FROM "grant" WHERE profile_id = $1', [profileId]);
  await sql.query('DELETE FROM profile WHERE id = $1', [profileId]);
  return { assistantId: rows[0].assistant_id };
}
