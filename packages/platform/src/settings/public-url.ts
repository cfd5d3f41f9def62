import type { Sql } from '../database/pool.js';

/**
 * Remembers the installation's public URL and answers the one that is remembered: a different one is taken over only while no profile exists, or when confirmed.
 */
export async function rememberPublicUrl(sql: Sql, publicUrl: string, confirmed: boolean): Promise<string> {
  await sql.query(
    `INSERT INTO setting (key, value) VALUES ('public_url', $1)
     ON CONFLICT (key) DO UPDATE SET value = $1 WHERE $2 OR NOT EXISTS (SELECT FROM profile)`,
    [publicUrl, confirmed],
  );
  const { rows } = await sql.query<{ value: string }>(`SELECT value FROM setting WHERE key = 'public_url'`);
  return rows[0]?.value ?? publicUrl;
}
