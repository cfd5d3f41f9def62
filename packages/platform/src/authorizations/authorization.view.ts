import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import type { ProfileStatus } from '@grantkeeper/contracts/profiles/http';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Sql } from '../database/pool.js';
import { type AuthorizationRecord, authorizationColumns } from './authorization.store.js';

/** What a consent needs to know of its profile. */
export interface ConsentProfile {
  assistantId: string;
  status: ProfileStatus;
  definition: ProfileDefinition;
}

/** An authorization with the names that its pages show. */
export interface SignIn extends AuthorizationRecord {
  assistantName: string;
  profileStatus: ProfileStatus;
  definition: ProfileDefinition;
}

export async function findProfileForConsent(sql: Sql, profileId: string): Promise<ConsentProfile | null> {
  const { rows } = await sql.query<ConsentProfile>({
    name: 'find-profile-for-consent',
    text: 'SELECT assistant_id AS "assistantId", status, definition FROM profile WHERE id = $1',
    values: [profileId],
  });
  return rows[0] ?? null;
}

/** One authorization as its pages need it. */
export async function findSignIn(sql: Sql, id: string): Promise<SignIn | null> {
  const { rows } = await sql.query<SignIn>({
    name: 'find-sign-in',
    text: `SELECT a.*, s.name AS "assistantName", p.status AS "profileStatus", p.definition
           FROM (SELECT ${authorizationColumns} FROM "authorization" WHERE id = $1) a
           JOIN profile p ON p.id = a."profileId" JOIN assistant s ON s.id = a."assistantId"`,
    values: [id],
  });
  return rows[0] ?? null;
}

/** The latest authorization of this profile that a browser began in the last half hour. */
export async function findBoundTo(sql: Sql, profileId: string, browserHash: Buffer): Promise<{ id: string } | null> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'find-bound-to',
    text: `SELECT id FROM "authorization" WHERE browser_hash = $1 AND profile_id = $2 AND created_at > now() - interval '30 minutes'
           ORDER BY created_at DESC LIMIT 1`,
    values: [browserHash, profileId],
  });
  return rows[0] ?? null;
}

/** One authorization as a runtime sees it, within its assistant and the profiles of its key. One that is past its time reads as expired. */
export async function findAuthorization(
  sql: Sql,
  id: string,
  assistantId: string,
  profiles: string[] | null,
): Promise<AuthorizationView | null> {
  const { rows } = await sql.query<AuthorizationRecord>({
    name: 'find-authorization',
    text: `SELECT ${authorizationColumns} FROM "authorization"
           WHERE id = $1 AND assistant_id = $2 AND test_run_id IS NULL AND user_id <> '' AND ($3::uuid[] IS NULL OR profile_id = ANY ($3))`,
    values: [id, assistantId, profiles],
  });
  const row = rows[0];
  if (!row) return null;
  return {
    id: row.id,
    profileId: row.profileId,
    user: row.userId,
    account: row.account,
    status: row.overdue ? 'expired' : row.state,
    reason: row.reason,
    identityCheck: row.identityCheck,
    grantId: row.grantId,
    expiresAt: row.deadline.toISOString(),
  };
}
