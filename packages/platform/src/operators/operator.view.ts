import type { ApiToken, OperatorView } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';
import { operatorColumns, type StoredOperator } from './operator.store.js';

export const operatorView = ({ assistantRoles, signedInAt, createdAt, ...operator }: StoredOperator): OperatorView => ({
  ...operator,
  assistantRoles: [...assistantRoles],
  lastSignInAt: signedInAt?.toISOString() ?? null,
  createdAt: createdAt.toISOString(),
});

/** Operators by address. */
export async function listOperators(sql: Sql, afterEmail: string | null, limit: number): Promise<OperatorView[]> {
  const { rows } = await sql.query<StoredOperator>(
    `SELECT ${operatorColumns} FROM operator o WHERE $1::text IS NULL OR o.email > $1 ORDER BY o.email LIMIT $2`,
    [afterEmail, limit],
  );
  return rows.map(operatorView);
}

/** An operator's own API tokens, in the order of their ids, without the tokens. */
export async function listApiTokens(sql: Sql, operatorId: string, afterId: string | null, limit: number): Promise<ApiToken[]> {
  const { rows } = await sql.query<
    { id: string; name: string; createdAt: Date } & Record<'lastUsedAt' | 'revokedAt', Date | null>
  >(
    `SELECT id, name, created_at AS "createdAt", last_used_at AS "lastUsedAt", revoked_at AS "revokedAt"
     FROM operator_api_token WHERE operator_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3`,
    [operatorId, afterId, limit],
  );
  return rows.map(({ id, name, ...times }) => ({
    id,
    name,
    createdAt: times.createdAt.toISOString(),
    lastUsedAt: times.lastUsedAt?.toISOString() ?? null,
    revokedAt: times.revokedAt?.toISOString() ?? null,
  }));
}

/** Whether there is such an operator. */
export async function operatorExists(sql: Sql, id: string): Promise<boolean> {
  const { rows } = await sql.query<{ any: boolean }>('SELECT EXISTS (SELECT FROM operator WHERE id = $1) AS any', [id]);
  return rows[0]?.any === true;
}
