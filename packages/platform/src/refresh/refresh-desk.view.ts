import type { EndingRefreshToken, ParkedProfile } from '@grantkeeper/contracts/refresh/http';
import type { Sql } from '../database/pool.js';

const mostParked = 100;
const mostEnding = 20;
const mostProfiles = 2_000;

/** Profiles with a fault that only another setting mends, the longest first. */
export async function parkedProfiles(sql: Sql, assistantId: string | null): Promise<ParkedProfile[]> {
  const { rows } = await sql.query<Omit<ParkedProfile, 'since' | 'triesAgainAt'> & { since: Date; triesAgainAt: Date | null }>({
    name: 'parked-profiles',
    text: `SELECT id, assistant_id AS "assistantId", name, fault_reason AS fault, fault_since AS since, fault_probe_at AS "triesAgainAt" FROM profile
           WHERE fault_reason IS NOT NULL AND status = 'active' AND ($1::uuid IS NULL OR assistant_id = $1) ORDER BY fault_since, id LIMIT ${mostParked}`,
    values: [assistantId],
  });
  return rows.map(({ since, triesAgainAt, ...row }) => ({
    ...row,
    since: since.toISOString(),
    triesAgainAt: triesAgainAt?.toISOString() ?? null,
  }));
}

/** The refresh tokens that end first, within 30 days. */
export async function endingRefreshTokens(sql: Sql, assistantId: string | null): Promise<EndingRefreshToken[]> {
  const { rows } = await sql.query<Omit<EndingRefreshToken, 'endsAt'> & { endsAt: Date }>({
    name: 'ending-refresh-tokens',
    text: `SELECT g.id AS "grantId", g.assistant_id AS "assistantId", g.profile_id AS "profileId", p.name AS "profileName", g.user_id AS "userId",
             g.refresh_ends_at AS "endsAt", g.refresh_end_told AS told
           FROM (SELECT * FROM "grant" WHERE status = 'active' AND refresh_ends_at < now() + interval '30 days' AND ($1::uuid IS NULL OR assistant_id = $1)
                 ORDER BY refresh_ends_at LIMIT ${mostEnding}) g
           JOIN profile p ON p.id = g.profile_id ORDER BY g.refresh_ends_at, g.id`,
    values: [assistantId],
  });
  return rows.map(({ endsAt, ...row }) => ({ ...row, endsAt: endsAt.toISOString() }));
}

/** A profile by what its gate is known by. */
export interface GateProfile {
  id: string;
  assistantId: string;
  name: string;
  tokenUrl: string;
  clientId: string;
}

/** Profiles that use one of these client ids. */
export async function profilesOfClients(
  sql: Sql,
  clientIds: readonly string[],
  assistantId: string | null,
): Promise<GateProfile[]> {
  if (clientIds.length === 0) return [];
  const { rows } = await sql.query<GateProfile>({
    name: 'profiles-of-clients',
    text: `SELECT id, assistant_id AS "assistantId", name, coalesce(definition ->> 'refreshUrl', definition ->> 'tokenUrl') AS "tokenUrl", definition ->> 'clientId' AS "clientId"
           FROM profile WHERE definition ->> 'clientId' = ANY($1) AND coalesce(definition ->> 'refreshUrl', definition ->> 'tokenUrl') IS NOT NULL
             AND status <> 'deleting' AND ($2::uuid IS NULL OR assistant_id = $2) ORDER BY name, id LIMIT ${mostProfiles}`,
    values: [clientIds, assistantId],
  });
  return rows;
}
