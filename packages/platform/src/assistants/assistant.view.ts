import type { AssistantView, RuntimeKeyView } from '@grantkeeper/contracts/assistants/http';
import type { Sql } from '../database/pool.js';
import type { AssistantRow } from './assistant.store.js';

/** A place in a list ordered by time: PostgreSQL's own text of the instant, which is finer than a Date. */
export interface AfterInstant {
  at: string;
  id: string;
}

export const assistantView = ({ id, name, revision, createdAt }: AssistantRow): AssistantView => ({
  id,
  name,
  revision,
  createdAt: createdAt.toISOString(),
});

/** Assistants by name: all, or those of these ids. */
export async function listAssistants(
  sql: Sql,
  seen: 'all' | readonly string[],
  afterName: string | null,
  limit: number,
): Promise<AssistantView[]> {
  const { rows } = await sql.query<AssistantRow>(
    `SELECT id, name, revision, created_at AS "createdAt" FROM assistant
     WHERE ($1::text IS NULL OR name > $1) AND ($2::uuid[] IS NULL OR id = ANY ($2)) ORDER BY name LIMIT $3`,
    [afterName, seen === 'all' ? null : seen, limit],
  );
  return rows.map(assistantView);
}

export async function findAssistant(sql: Sql, id: string): Promise<AssistantView | null> {
  const { rows } = await sql.query<AssistantRow>(
    'SELECT id, name, revision, created_at AS "createdAt" FROM assistant WHERE id = $1',
    [id],
  );
  return rows[0] ? assistantView(rows[0]) : null;
}

/** An assistant's runtime keys, oldest first, without the keys; each with its place in the list. */
export async function listRuntimeKeys(
  sql: Sql,
  assistantId: string,
  after: AfterInstant | null,
  limit: number,
): Promise<{ view: RuntimeKeyView; place: AfterInstant }[]> {
  const { rows } = await sql.query<
    Omit<RuntimeKeyView, 'createdAt' | 'revokedAt'> & { createdAt: Date; revokedAt: Date | null; at: string }
  >(
    `SELECT id, name, profiles, created_at AS "createdAt", created_at::text AS at, created_by AS "createdBy", revoked_at AS "revokedAt"
     FROM runtime_key WHERE assistant_id = $1 AND ($2::timestamptz IS NULL OR (created_at, id) > ($2, $3::uuid)) ORDER BY created_at, id LIMIT $4`,
    [assistantId, after?.at ?? null, after?.id ?? null, limit],
  );
  return rows.map(({ at, createdAt, revokedAt, ...key }) => ({
    view: { ...key, createdAt: createdAt.toISOString(), revokedAt: revokedAt?.toISOString() ?? null },
    place: { at, id: key.id },
  }));
}
