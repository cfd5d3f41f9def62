import type { AssistantRole } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';

/** A column with the roles for single assistants of the operator `o`. */
export const assistantRolesColumn = `(SELECT coalesce(json_agg(json_build_object('assistantId', r.assistant_id, 'role', r.role) ORDER BY r.assistant_id), '[]')
  FROM operator_assistant_role r WHERE r.operator_id = o.id) AS "assistantRoles"`;

/** Puts these roles in the place of all that there were. Answers the places of those whose assistant there is not, having changed nothing then. */
export async function replaceAssistantRoles(sql: Sql, operatorId: string, roles: readonly AssistantRole[]): Promise<number[]> {
  const ids = roles.map(({ assistantId }) => assistantId);
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM assistant WHERE id = ANY ($1::uuid[]) FOR KEY SHARE', [ids]);
  const known = new Set(rows.map(({ id }) => id));
  const unknown = ids.flatMap((id, index) => (known.has(id) ? [] : [index]));
  if (unknown.length > 0) return unknown;
  await sql.query('DELETE FROM operator_assistant_role WHERE operator_id = $1', [operatorId]);
  await sql.query(
    `INSERT INTO operator_assistant_role (operator_id, assistant_id, role) SELECT $1, * FROM unnest($2::uuid[], $3::text[])`,
    [operatorId, ids, roles.map(({ role }) => role)],
  );
  return [];
}
