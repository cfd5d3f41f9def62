import type { SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import type { Sql } from '../database/pool.js';

/** How a revocation stands; one whose profile is gone by now was settled before that. */
export async function revocationState(sql: Sql, id: string): Promise<SignOutAnswer['revocation']> {
  const { rows } = await sql.query<{ state: SignOutAnswer['revocation'] }>('SELECT state FROM revocation WHERE id = $1', [id]);
  return rows[0]?.state ?? 'forgotten';
}
