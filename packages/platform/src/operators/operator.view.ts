import type { OperatorView } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';
import { assistantRolesColumn } from './assistant-roles.js';
import type { StoredOperator } from './operator.store.js';

/** An API token as it is listed. */
export interface ApiTokenView {
  id: string;
  name: string;
  createdAt: string;
  revokedAt: string | null;
}

export const operatorView = ({
  id,
  email,
  role,
  assistantRoles,
  disabled,
  revision,
  createdAt,
}: StoredOperator): OperatorView => ({
  id,
  email,
  role,
  assistantRoles: [...assistantRoles],
  disabled,
  revision,
  createdAt: createdAt.toISOString(),
});

/** Operators by address. */
export async function listOperators(sql: Sql, afterEmail: string | null, limit: number): Promise<OperatorView[]> {
  const { rows } = await sql.query<StoredOperator>(
    `SELECT o.id, o.email, o.role, o.disabled, o.revision, o.created_at AS "createdAt", ${assistantRolesColumn}
     FROM operator o WHERE $1::text IS NULL OR o.email > $1 ORDER BY o.email LIMIT $2`,
    [afterEmail, limit],
  );
  return rows.map(operatorView);
}

/** An operator's own API tokens, in the order of their ids, without the tokens. */
export async function listApiTokens(
  sql: Sql,
  operatorId: string,
  afterId: string | null,
  limit: number,
): Promise<ApiTokenView[]> {
  const { rows } = await sql.query<{ id: string; name: string; created_at: Date; revoked_at: Date | null }>(
    `SELECT id, name, created_at, revoked_at FROM operator_api_token WHERE operator_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [operatorId, afterId, limit],
  );
  return rows.map(({ id, name, created_at: createdAt, revoked_at: revokedAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
  }));
}

export async function emailOf(sql: Sql, operatorId: string): Promise<string | null> {
  const { rows } = await sql.query<{ email: string }>('SELECT email FROM operator WHERE id = $1', [operatorId]);
  return rows[0]?.email ?? null;
}
