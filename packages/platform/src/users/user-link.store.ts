import type { Sql } from '../database/pool.js';

/** Whose page a link opens, as far as the runtime that asked for it reaches. */
export interface UserLink {
  assistantId: string;
  assistantName: string;
  userId: string;
  /** The profiles that the runtime's key is limited to; null for all. */
  profiles: string[] | null;
  createdAt: Date;
}

export interface NewUserLink {
  id: string;
  assistantId: string;
  runtimeKeyId: string;
  userId: string;
  handleHash: Buffer;
}

/** Keeps a link for 10 minutes. */
export async function insertUserLink(sql: Sql, link: NewUserLink): Promise<{ expiresAt: Date }> {
  const { rows } = await sql.query<{ expiresAt: Date }>({
    name: 'insert-user-link',
    text: `INSERT INTO user_link (id, assistant_id, runtime_key_id, user_id, handle_hash, expires_at)
           VALUES ($1, $2, $3, $4, $5, now() + interval '10 minutes') RETURNING expires_at AS "expiresAt"`,
    values: [link.id, link.assistantId, link.runtimeKeyId, link.userId, link.handleHash],
  });
  return rows[0] as { expiresAt: Date };
}

/** The link of a handle; null where there is none, it has expired, or the key of its runtime was revoked. */
export async function findUserLink(sql: Sql, handleHash: Buffer): Promise<UserLink | null> {
  const { rows } = await sql.query<UserLink>({
    name: 'find-user-link',
    text: `SELECT l.assistant_id AS "assistantId", s.name AS "assistantName", l.user_id AS "userId", k.profiles, l.created_at AS "createdAt"
           FROM user_link l JOIN assistant s ON s.id = l.assistant_id JOIN runtime_key k ON k.id = l.runtime_key_id AND k.revoked_at IS NULL
           WHERE l.handle_hash = $1 AND l.expires_at > now()`,
    values: [handleHash],
  });
  return rows[0] ?? null;
}
