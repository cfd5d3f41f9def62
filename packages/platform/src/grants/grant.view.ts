import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { everyone } from '@grantkeeper/core/grants/everyone';
import type { Sql } from '../database/pool.js';

/** Which grants of a user are listed; held and ended ones never are. */
export interface UserGrants {
  assistantId: string;
  user: string;
  /** Profiles a runtime key is limited to; null for all. */
  profiles: string[] | null;
  afterId: string | null;
  limit: number;
}

/** What `grantColumns` are read from. */
export const grantSource = `"grant" g JOIN profile p ON p.id = g.profile_id LEFT JOIN grant_listing l ON l.grant_id = g.id
  LEFT JOIN "authorization" a ON a.id = g.authorization_id`;

/** What a grant shows, without its tokens. */
export const grantColumns = `g.id, g.assistant_id, g.profile_id, p.name AS profile_name, p.definition ->> 'identityProvider' AS identity_provider, g.user_id, g.tenant, g.account,
  coalesce(a.account_label, g.subject) AS account_label, g.status, g.reason, g.version, g.scope, g.expires_at, g.refresh_ends_at, g.consented_at, g.ended_at, g.due_at,
  g.last_failure, l.failed_at, g.failures, g.used_on::text, CASE WHEN g.other_account_until > now() THEN g.other_account_until END AS other_account_until`;

/** A row of `grantColumns`. */
export interface GrantRow {
  id: string;
  assistant_id: string;
  profile_id: string;
  profile_name: string;
  identity_provider: string | null;
  user_id: string;
  tenant: string;
  account: string;
  account_label: string | null;
  status: GrantView['status'];
  reason: GrantView['reason'];
  version: number;
  scope: string;
  expires_at: Date | null;
  refresh_ends_at: Date | null;
  consented_at: Date;
  ended_at: Date | null;
  due_at: Date | null;
  last_failure: string | null;
  failed_at: Date | null;
  failures: number;
  used_on: string;
  other_account_until: Date | null;
}

/** Lists a user's grants, and those that serve everyone, in the order of their ids. */
export async function listUserGrants(
  sql: Sql,
  { assistantId, user, profiles, afterId, limit }: UserGrants,
): Promise<GrantView[]> {
  const { rows } = await sql.query<GrantRow>(
    `SELECT ${grantColumns} FROM ${grantSource}
     WHERE g.assistant_id = $1 AND g.user_id IN ($2, '') AND (g.user_id <> '' OR p.granted_to = 'everyone') AND g.status IN ('active', 'reconnect_required')
       AND ($3::uuid[] IS NULL OR g.profile_id = ANY ($3)) AND ($4::uuid IS NULL OR g.id > $4)
     ORDER BY g.id LIMIT $5`,
    [assistantId, user, profiles, afterId, limit],
  );
  return rows.map(grantView);
}

/** One grant, within an assistant when the caller is bound to one. */
export async function findGrant(
  sql: Sql,
  id: string,
  assistantId: string | null,
  profiles: string[] | null,
): Promise<GrantView | null> {
  const { rows } = await sql.query<GrantRow>(
    `SELECT ${grantColumns} FROM ${grantSource}
     WHERE g.id = $1 AND g.status <> 'held' AND ($2::uuid IS NULL OR g.assistant_id = $2) AND ($3::uuid[] IS NULL OR g.profile_id = ANY ($3))`,
    [id, assistantId, profiles],
  );
  return rows[0] ? grantView(rows[0]) : null;
}

/** A row of `grantColumns` as it is shown. */
export function grantView(row: GrantRow): GrantView {
  return {
    id: row.id,
    assistantId: row.assistant_id,
    profileId: row.profile_id,
    profileName: row.profile_name,
    identityProvider: row.identity_provider ?? '',
    user: row.user_id === everyone ? null : row.user_id,
    tenant: row.tenant === '' ? null : row.tenant,
    account: row.account,
    accountLabel: row.account_label,
    status: row.status,
    reason: row.reason,
    tokenVersion: row.version,
    scopes: row.scope === '' ? [] : row.scope.split(' '),
    expiresAt: row.expires_at?.toISOString() ?? null,
    refreshTokenEndsAt: row.refresh_ends_at?.toISOString() ?? null,
    consentedAt: row.consented_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    dueAt: row.status === 'active' ? (row.due_at?.toISOString() ?? null) : null,
    lastFailure: row.last_failure,
    lastFailureAt: row.failed_at?.toISOString() ?? null,
    failures: row.failures,
    lastUsedOn: row.used_on,
    otherAccountUntil: row.other_account_until?.toISOString() ?? null,
  };
}

/** The tenant of the grant that a user consented to last, of those that work where any does; null where there is none. */
export async function latestTenant(sql: Sql, key: { profileId: string; user: string; account: string }): Promise<string | null> {
  const { rows } = await sql.query<{ tenant: string }>({
    name: 'latest-tenant',
    text: `SELECT tenant FROM "grant" WHERE profile_id = $1 AND user_id = $2 AND account = $3 AND status IN ('active', 'reconnect_required')
           ORDER BY status = 'active' DESC, consented_at DESC, id LIMIT 1`,
    values: [key.profileId, key.user, key.account],
  });
  return rows[0]?.tenant ?? null;
}

/** Whether a grant of this key is active now, for any tenant where none is named. */
export async function hasActiveGrant(
  sql: Sql,
  key: { profileId: string; user: string; tenant: string | null; account: string },
): Promise<boolean> {
  const { rows } = await sql.query<{ active: boolean }>(
    `SELECT EXISTS (SELECT FROM "grant" WHERE profile_id = $1 AND user_id = $2 AND ($3::text IS NULL OR tenant = $3) AND account = $4 AND status = 'active') AS active`,
    [key.profileId, key.user, key.tenant, key.account],
  );
  return rows[0]?.active === true;
}
