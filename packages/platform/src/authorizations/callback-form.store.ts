import type { Sql } from '../database/pool.js';

export interface CallbackForm {
  id: string;
  assistantId: string;
  profileId: string;
  sealed: Buffer;
}

/**
 * Keeps a callback that came by form POST for 60 s, sealed, until our own GET fetches it with the browser's cookie. Only one whose state is awaited
 * is kept, so that strangers' posts write nothing; false where it was not.
 */
export async function keepCallbackForm(
  sql: Sql,
  form: CallbackForm & { handleHash: Buffer; stateHash: Buffer },
): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'keep-callback-form',
    text: `INSERT INTO callback_form (id, handle_hash, assistant_id, profile_id, sealed, expires_at)
           SELECT $1::uuid, $2::bytea, $3::uuid, $4::uuid, $5::bytea, now() + interval '60 s'
           WHERE EXISTS (SELECT FROM "authorization" WHERE state_hash = $6::bytea AND profile_id = $4::uuid AND state = 'consenting' AND expires_at > now())`,
    values: [form.id, form.handleHash, form.assistantId, form.profileId, form.sealed, form.stateHash],
  });
  return rowCount === 1;
}

/** Takes a kept form: once. */
export async function takeCallbackForm(sql: Sql, profileId: string, handleHash: Buffer): Promise<CallbackForm | null> {
  const { rows } = await sql.query<CallbackForm>({
    name: 'take-callback-form',
    text: `DELETE FROM callback_form WHERE handle_hash = $1 AND profile_id = $2 AND expires_at > now()
           RETURNING id, assistant_id AS "assistantId", profile_id AS "profileId", sealed`,
    values: [handleHash, profileId],
  });
  return rows[0] ?? null;
}
