import type { Sql } from '../database/pool.js';

/** Takes a sign-in at the company as used; false where it was before. Old ones are forgotten on the way: their time is over anyway. */
export async function useCompanySignIn(sql: Sql, stateHash: Buffer): Promise<boolean> {
  await sql.query(`DELETE FROM company_sign_in_used WHERE used_at < now() - interval '1 hour'`);
  const { rowCount } = await sql.query('INSERT INTO company_sign_in_used (state_hash) VALUES ($1) ON CONFLICT DO NOTHING', [
    stateHash,
  ]);
  return rowCount === 1;
}

/** Lets one sign-in at the company at a time decide, for the rest of its transaction, whether its operator is known. */
export async function lockCompanySignIns(sql: Sql): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock(7300020)');
}

/** The operator that someone at the company is here; null where they have never been. */
export async function operatorAtCompany(sql: Sql, issuer: string, subject: string): Promise<string | null> {
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM operator WHERE company_issuer = $1 AND company_subject = $2', [
    issuer,
    subject,
  ]);
  return rows[0]?.id ?? null;
}

/** Whether another operator has this address. */
export async function emailOfAnother(sql: Sql, email: string, operatorId: string): Promise<boolean> {
  const { rows } = await sql.query<{ any: boolean }>(
    'SELECT EXISTS (SELECT FROM operator WHERE email = $1 AND id <> $2) AS any',
    [email, operatorId],
  );
  return rows[0]?.any === true;
}

/** Which of these assistants there are. */
export async function assistantsThatExist(sql: Sql, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM assistant WHERE id = ANY ($1::uuid[])', [ids]);
  return new Set(rows.map(({ id }) => id));
}

/** Ends sessions and API tokens of one whom the company no longer lets in. */
export async function endEverySignIn(sql: Sql, operatorId: string): Promise<void> {
  await sql.query('DELETE FROM operator_session WHERE operator_id = $1', [operatorId]);
  await sql.query('UPDATE operator_api_token SET revoked_at = now() WHERE operator_id = $1 AND revoked_at IS NULL', [operatorId]);
}
