import type { Roles } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';
import { assistantRolesColumn } from './assistant-roles.js';

/** An operator who may act now: disabled ones are not found. */
export interface SignedIn extends Roles {
  id: string;
  email: string;
  expiresAt: Date | null;
}

/** The operator behind a session cookie, read anew at each call. */
export async function operatorBySession(sql: Sql, hash: Buffer): Promise<SignedIn | null> {
  const { rows } = await sql.query<SignedIn>({
    name: 'operator-by-session',
    text: `SELECT o.id, o.email, o.role, s.expires_at AS "expiresAt", ${assistantRolesColumn} FROM operator_session s JOIN operator o ON o.id = s.operator_id
           WHERE s.hash = $1 AND s.expires_at > now() AND NOT o.disabled`,
    values: [hash],
  });
  return rows[0] ?? null;
}

/** The operator behind an API token, read anew at each call. */
export async function operatorByApiToken(sql: Sql, hash: Buffer): Promise<SignedIn | null> {
  const { rows } = await sql.query<SignedIn>({
    name: 'operator-by-api-token',
    text: `SELECT o.id, o.email, o.role, NULL::timestamptz AS "expiresAt", ${assistantRolesColumn} FROM operator_api_token t JOIN operator o ON o.id = t.operator_id
           WHERE t.hash = $1 AND t.revoked_at IS NULL AND NOT o.disabled`,
    values: [hash],
  });
  return rows[0] ?? null;
}
