import type { GrantSearch, GrantView } from '@grantkeeper/contracts/grants/http';
import type { Sql } from '../database/pool.js';
import { type GrantRow, grantColumns, grantSource, grantView } from './grant.view.js';

/** A place in the list: PostgreSQL's own text of the consent's instant, which is finer than a Date, and the grant. */
export interface GrantPlace {
  at: string;
  id: string;
}

export interface PlacedGrant {
  place: GrantPlace;
  view: GrantView;
}

/**
 * Grants of an assistant, the latest consent first. The page is chosen in the narrow table alone, whose indexes give the order, and only its
 * grants are then read whole.
 */
export async function searchGrants(
  sql: Sql,
  assistantId: string,
  search: GrantSearch,
  after: GrantPlace | null,
  limit: number,
): Promise<PlacedGrant[]> {
  const values: unknown[] = [assistantId];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const conditions = conditionsOf(search, put);
  if (after !== null) conditions.push(`(f.consented_at, f.grant_id) < (${put(after.at)}::timestamptz, ${put(after.id)}::uuid)`);
  const { rows } = await sql.query<GrantRow & { at: string }>(
    `WITH found AS MATERIALIZED (
       SELECT f.grant_id, f.consented_at FROM grant_listing f WHERE ${['f.assistant_id = $1', ...conditions].join(' AND ')}
       ORDER BY f.consented_at DESC, f.grant_id DESC LIMIT ${put(limit)})
     SELECT ${grantColumns}, found.consented_at::text AS at FROM found JOIN (${grantSource}) ON g.id = found.grant_id
     ORDER BY found.consented_at DESC, found.grant_id DESC`,
    values,
  );
  return rows.map((row) => ({ place: { at: row.at, id: row.id }, view: grantView(row) }));
}

function conditionsOf(search: GrantSearch, put: (value: unknown) => string): string[] {
  const { user, userPrefix, profile, status, tenant, refreshTokenEndsWithinDays } = search;
  const conditions: string[] = [];
  if (user !== undefined)
    conditions.push(
      `f.user_id IN (${put(user)}, '') AND (f.user_id <> '' OR EXISTS (SELECT FROM profile e WHERE e.id = f.profile_id AND e.granted_to = 'everyone'))`,
    );
  if (userPrefix !== undefined) conditions.push(`f.user_id LIKE ${put(`${userPrefix.replace(/[\\%_]/g, '\\$&')}%`)}`);
  if (profile !== undefined) conditions.push(`f.profile_id = ${put(profile)}`);
  if (tenant !== undefined) conditions.push(`f.tenant = ${put(tenant)} AND f.tenant <> ''`); // as the index says it
  if (status === 'failing') conditions.push('f.failing');
  else if (status !== undefined) conditions.push(`f.status = ${put(status)}`);
  else conditions.push(`f.status <> 'ended'`);
  if (refreshTokenEndsWithinDays !== undefined)
    conditions.push(
      `f.status = 'active' AND f.refresh_ends_on <= (now() AT TIME ZONE 'UTC')::date + ${put(refreshTokenEndsWithinDays)}::int`,
    );
  return conditions;
}
