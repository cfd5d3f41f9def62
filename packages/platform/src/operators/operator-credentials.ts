import type { Roles, SignInMethod } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';
import { assistantRolesColumn } from './assistant-roles.js';

/** An operator who may act now: disabled ones are not found. */
export interface SignedIn extends Roles {
  id: string;
  email: string;
  signsInBy: SignInMethod;
  /** Null where an API token was shown. */
  sessionId: string | null;
  expiresAt: Date | null;
}

/** How fine the time of last use is kept: a write for each call would cost more than the call. */
const usedEvery = `interval '1 minute'`;
/** An API token of one whom the company no longer knows would live for ever; who works here signs in within this time. */
const companyTokensRest = `interval '30 days'`;
const columns = `o.id, o.email, o.role, CASE WHEN o.password_hash IS NULL THEN 'company' ELSE 'password' END AS "signsInBy", ${assistantRolesColumn}`;

/** The operator behind a session cookie, read anew at each call. */
export async function operatorBySession(sql: Sql, hash: Buffer): Promise<SignedIn | null> {
  const { rows } = await sql.query<SignedIn & { unnoticed: boolean }>({
    name: 'operator-by-session',
    text: `SELECT ${columns}, s.id AS "sessionId", s.expires_at AS "expiresAt", s.last_used_at < now() - ${usedEvery} AS unnoticed
           FROM operator_session s JOIN operator o ON o.id = s.operator_id
           WHERE s.hash = $1 AND s.expires_at > now() AND NOT o.disabled`,
    values: [hash],
  });
  if (rows[0]?.unnoticed) await sql.query('UPDATE operator_session SET last_used_at = now() WHERE hash = $1', [hash]);
  return found(rows[0]);
}

/** The operator behind an API token, read anew at each call. */
export async function operatorByApiToken(sql: Sql, hash: Buffer): Promise<SignedIn | null> {
  const { rows } = await sql.query<SignedIn & { unnoticed: boolean }>({
    name: 'operator-by-api-token',
    text: `SELECT ${columns}, NULL::uuid AS "sessionId", NULL::timestamptz AS "expiresAt",
             coalesce(t.last_used_at < now() - ${usedEvery}, true) AS unnoticed
           FROM operator_api_token t JOIN operator o ON o.id = t.operator_id
           WHERE t.hash = $1 AND t.revoked_at IS NULL AND NOT o.disabled
             AND (o.password_hash IS NOT NULL OR o.signed_in_at > now() - ${companyTokensRest})`,
    values: [hash],
  });
  if (rows[0]?.unnoticed) await sql.query('UPDATE operator_api_token SET last_used_at = now() WHERE hash = $1', [hash]);
  return found(rows[0]);
}

function found(row: (SignedIn & { unnoticed: boolean }) | undefined): SignedIn | null {
  if (!row) return null;
  const { unnoticed: _, ...operator } = row;
  return operator;
}
