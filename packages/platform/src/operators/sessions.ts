import type { Roles } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';
import { assistantRolesColumn } from './assistant-roles.js';

export interface Credentials extends Roles {
  id: string;
  disabled: boolean;
  passwordHash: string;
}

/** What a sign-in is checked against; null where the address is unknown. */
export async function credentialsOf(sql: Sql, email: string): Promise<Credentials | null> {
  const { rows } = await sql.query<Credentials>(
    `SELECT o.id, o.role, o.disabled, o.password_hash AS "passwordHash", ${assistantRolesColumn} FROM operator o WHERE o.email = $1`,
    [email],
  );
  return rows[0] ?? null;
}

/** Starts a session of an operator who is not disabled; answers when it ends. Ended ones are cleared away on the way. */
export async function startSession(sql: Sql, operatorId: string, hash: Buffer, seconds: number): Promise<Date | null> {
  await sql.query('DELETE FROM operator_session WHERE expires_at < now()');
  const { rows } = await sql.query<{ expires_at: Date }>(
    `INSERT INTO operator_session (hash, operator_id, expires_at) SELECT $1, id, now() + make_interval(secs => $3) FROM operator WHERE id = $2 AND NOT disabled
     RETURNING expires_at`,
    [hash, operatorId, seconds],
  );
  return rows[0]?.expires_at ?? null;
}

export async function endSession(sql: Sql, hash: Buffer): Promise<void> {
  await sql.query('DELETE FROM operator_session WHERE hash = $1', [hash]);
}
