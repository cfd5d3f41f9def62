import type { GrantStatus, GrantView } from '@grantkeeper/contracts/grants/http';
import { everyone } from '@grantkeeper/core/grants/everyone';
import type { Sql } from '../database/pool.js';

/** Which grants are listed; held ones never are. */
export interface GrantFilter {
  assistantId: string;
  user?: string;
  profileId?: string;
  status?: GrantStatus;
  /** Profiles a runtime key is limited to; null for all. */
  profiles: string[] | null;
  /** Grants of ended status are left out unless asked for by name. */
  afterId: string | null;
  limit: number;
}

const columns = `g.id, g.assistant_id, g.profile_id, p.name AS profile_name, g.user_id, g.tenant, g.account, g.status, g.reason, g.version, g.scope,
  g.expires_at, g.refresh_ends_at, g.consented_at, g.last_failure`;

interface Row {
  id: string;
  profile_id: string;
  profile_name: string;
  user_id: string;
  tenant: string;
  account: string;
  status: GrantView['status'];
  reason: GrantView['reason'];
  version: number;
  scope: string;
  expires_at: Date | null;
  refresh_ends_at: Date | null;
  consented_at: Date;
  last_failure: string | null;
}

/** Lists grants in the order of their ids, without their tokens. */
export async function listGrants(sql: Sql, filter: GrantFilter): Promise<GrantView[]> {
  const { rows } = await sql.query<Row>(
    `SELECT ${columns} FROM "grant" g JOIN profile p ON p.id = g.profile_id
     WHERE g.assistant_id = $1 AND g.status <> 'held' AND ($2::text IS NULL OR g.user_id = $2 OR (g.user_id = '' AND p.granted_to = 'everyone')) AND ($3::uuid IS NULL OR g.profile_id = $3)
       AND CASE WHEN $4::text IS NULL THEN g.status <> 'ended' ELSE g.status = $4 END
       AND ($5::uuid[] IS NULL OR g.profile_id = ANY ($5)) AND ($6::uuid IS NULL OR g.id > $6)
     ORDER BY g.id LIMIT $7`,
    [
      filter.assistantId,
      filter.user ?? null,
      filter.profileId ?? null,
      filter.status ?? null,
      filter.profiles,
      filter.afterId,
      filter.limit,
    ],
  );
  return rows.map(toView);
}

/** One grant, within an assistant when the caller is bound to one. */
export async function findGrant(
  sql: Sql,
  id: string,
  assistantId: string | null,
  profiles: string[] | null,
): Promise<(GrantView & { assistantId: string }) | null> {
  const { rows } = await sql.query<Row & { assistant_id: string }>(
    `SELECT ${columns} FROM "grant" g JOIN profile p ON p.id = g.profile_id
     WHERE g.id = $1 AND g.status <> 'held' AND ($2::uuid IS NULL OR g.assistant_id = $2) AND ($3::uuid[] IS NULL OR g.profile_id = ANY ($3))`,
    [id, assistantId, profiles],
  );
  return rows[0] ? { ...toView(rows[0]), assistantId: rows[0].assistant_id } : null;
}

function toView(row: Row): GrantView {
  return {
    id: row.id,
    profileId: row.profile_id,
    profileName: row.profile_name,
    user: row.user_id === everyone ? null : row.user_id,
    tenant: row.tenant === '' ? null : row.tenant,
    account: row.account,
    status: row.status,
    reason: row.reason,
    tokenVersion: row.version,
    scopes: row.scope === '' ? [] : row.scope.split(' '),
    expiresAt: row.expires_at?.toISOString() ?? null,
    refreshTokenEndsAt: row.refresh_ends_at?.toISOString() ?? null,
    consentedAt: row.consented_at.toISOString(),
    lastFailure: row.last_failure,
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
