import type { OperatorSession, Roles } from '@grantkeeper/contracts/operators/http';
import type { AfterInstant } from '../assistants/assistant.view.js';
import type { Sql } from '../database/pool.js';
import { assistantRolesColumn } from './assistant-roles.js';

export interface Credentials extends Roles {
  id: string;
  disabled: boolean;
  /** Null for those who sign in at the company. */
  passwordHash: string | null;
}

/** What a sign-in is checked against; null where the address is unknown. */
export async function credentialsOf(sql: Sql, email: string): Promise<Credentials | null> {
  const { rows } = await sql.query<Credentials>(
    `SELECT o.id, o.role, o.disabled, o.password_hash AS "passwordHash", ${assistantRolesColumn} FROM operator o WHERE o.email = $1`,
    [email],
  );
  return rows[0] ?? null;
}

export interface NewSession {
  operatorId: string;
  hash: Buffer;
  browser: string | null;
  seconds: number;
}

/** Starts a session of an operator who is not disabled; answers when it ends. Ended ones are cleared away on the way. */
export async function startSession(sql: Sql, { operatorId, hash, browser, seconds }: NewSession): Promise<Date | null> {
  await sql.query('DELETE FROM operator_session WHERE expires_at < now()');
  const { rows } = await sql.query<{ expires_at: Date }>(
    `INSERT INTO operator_session (hash, operator_id, browser, expires_at)
     SELECT $1, id, $4, now() + make_interval(secs => $3) FROM operator WHERE id = $2 AND NOT disabled
     RETURNING expires_at`,
    [hash, operatorId, seconds, browser],
  );
  if (rows[0]) await sql.query('UPDATE operator SET signed_in_at = now() WHERE id = $1', [operatorId]);
  return rows[0]?.expires_at ?? null;
}

export async function endSession(sql: Sql, hash: Buffer): Promise<void> {
  await sql.query('DELETE FROM operator_session WHERE hash = $1', [hash]);
}

/** Whose session this is; null where there is none. */
export async function ownerOfSession(sql: Sql, sessionId: string): Promise<string | null> {
  const { rows } = await sql.query<{ operator_id: string }>(
    'SELECT operator_id FROM operator_session WHERE id = $1 AND expires_at > now()',
    [sessionId],
  );
  return rows[0]?.operator_id ?? null;
}

/** Ends one session; answers whether there was one. */
export async function endSessionById(sql: Sql, sessionId: string): Promise<boolean> {
  const { rowCount } = await sql.query('DELETE FROM operator_session WHERE id = $1', [sessionId]);
  return (rowCount ?? 0) > 0;
}

/** Ends all sessions of an operator but the one kept. */
export async function endOtherSessions(sql: Sql, operatorId: string, keptId: string | null): Promise<void> {
  await sql.query('DELETE FROM operator_session WHERE operator_id = $1 AND id IS DISTINCT FROM $2', [operatorId, keptId]);
}

/** Where an operator is signed in, newest first; each with its place in the list. */
export async function listSessions(
  sql: Sql,
  operatorId: string,
  currentId: string | null,
  after: AfterInstant | null,
  limit: number,
): Promise<{ view: OperatorSession; place: AfterInstant }[]> {
  const { rows } = await sql.query<
    { id: string; browser: string | null; at: string } & Record<'startedAt' | 'lastUsedAt' | 'expiresAt', Date>
  >(
    `SELECT id, browser, created_at AS "startedAt", created_at::text AS at, last_used_at AS "lastUsedAt", expires_at AS "expiresAt"
     FROM operator_session WHERE operator_id = $1 AND expires_at > now() AND ($2::timestamptz IS NULL OR (created_at, id) < ($2, $3::uuid))
     ORDER BY created_at DESC, id DESC LIMIT $4`,
    [operatorId, after?.at ?? null, after?.id ?? null, limit],
  );
  return rows.map(({ id, browser, at, ...times }) => ({
    view: {
      id,
      startedAt: times.startedAt.toISOString(),
      lastUsedAt: times.lastUsedAt.toISOString(),
      expiresAt: times.expiresAt.toISOString(),
      browser,
      current: id === currentId,
    },
    place: { at, id },
  }));
}
