import type { Sql } from '../database/pool.js';

/** Lets one process at a time decide, for the rest of its transaction, whether the first operator is missing. */
export async function lockFirstOperator(sql: Sql): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock(7300003)');
}

export async function anyOperator(sql: Sql): Promise<boolean> {
  const { rows } = await sql.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM operator) AS any');
  return rows[0]?.any === true;
}
