import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Sql } from '../database/pool.js';
import type { UserLink } from './user-link.store.js';

/** A grant of a link's user, as far as its fields go. */
export interface OwnFields {
  grantId: string;
  assistantId: string;
  profileId: string;
  version: number;
  tenant: string;
  userId: string;
  /** Sealed under the grant. */
  inputs: Buffer | null;
  definition: ProfileDefinition;
}

/** The living grant of a link's user; null where it is another's or has ended. */
export async function findOwnFields(sql: Sql, link: UserLink, grantId: string): Promise<OwnFields | null> {
  const { rows } = await sql.query<OwnFields>({
    name: 'find-own-fields',
    text: `SELECT g.id AS "grantId", g.assistant_id AS "assistantId", g.profile_id AS "profileId", g.version, g.tenant, g.user_id AS "userId", g.inputs, p.definition
           FROM "grant" g JOIN profile p ON p.id = g.profile_id
           WHERE g.id = $1 AND g.assistant_id = $2 AND g.user_id = $3 AND ($4::uuid[] IS NULL OR g.profile_id = ANY ($4)) AND g.status IN ('active', 'reconnect_required')`,
    values: [grantId, link.assistantId, link.userId, link.profiles],
  });
  return rows[0] ?? null;
}

/** Stores changed fields; false where the grant, or what it stood on, is no longer what was read. */
export async function replaceInputs(sql: Sql, { grantId, version, inputs }: OwnFields, sealed: Buffer | null): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'replace-inputs',
    text: `UPDATE "grant" SET inputs = $4 WHERE id = $1 AND version = $2 AND inputs IS NOT DISTINCT FROM $3 AND status IN ('active', 'reconnect_required')`,
    values: [grantId, version, inputs, sealed],
  });
  return rowCount === 1;
}
