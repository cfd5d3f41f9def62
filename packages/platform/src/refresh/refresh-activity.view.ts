import type { RefreshMinute } from '@grantkeeper/contracts/refresh/http';
import type { Sql } from '../database/pool.js';
import { refreshedOutcome } from './refresh-activity.projection.js';

/** The last sixty minutes, those without refreshes too. */
export async function refreshesPerMinute(sql: Sql, assistantId: string | null): Promise<RefreshMinute[]> {
  const { rows } = await sql.query<{ minute: Date; refreshed: number; failed: number }>({
    name: 'refreshes-per-minute',
    text: `SELECT m AS minute, coalesce(sum(r.count) FILTER (WHERE r.outcome = $2), 0)::int AS refreshed, coalesce(sum(r.count) FILTER (WHERE r.outcome <> $2), 0)::int AS failed
           FROM generate_series(date_trunc('minute', now()) - interval '59 minutes', date_trunc('minute', now()), interval '1 minute') m
           LEFT JOIN refresh_activity r ON r.minute = m AND ($1::uuid IS NULL OR r.assistant_id = $1) GROUP BY m ORDER BY m`,
    values: [assistantId, refreshedOutcome],
  });
  return rows.map(({ minute, ...counts }) => ({ minute: minute.toISOString(), ...counts }));
}

/** One outcome of the last hour at one profile. */
export interface ProfileOutcome {
  profileId: string;
  assistantId: string;
  name: string;
  tokenUrl: string;
  clientId: string;
  outcome: string;
  count: number;
  lastAt: Date;
}

/** The outcomes of the last hour, by profile; of profiles that are gone none. */
export async function lastHourByProfile(sql: Sql, assistantId: string | null): Promise<ProfileOutcome[]> {
  const { rows } = await sql.query<ProfileOutcome>({
    name: 'refreshes-by-profile',
    text: `SELECT p.id AS "profileId", p.assistant_id AS "assistantId", p.name, coalesce(p.definition ->> 'refreshUrl', p.definition ->> 'tokenUrl') AS "tokenUrl",
             p.definition ->> 'clientId' AS "clientId", r.outcome, r.count, r.last_at AS "lastAt"
           FROM (SELECT profile_id, outcome, sum(count)::int AS count, max(last_at) AS last_at FROM refresh_activity
                 WHERE minute >= date_trunc('minute', now()) - interval '59 minutes' AND ($1::uuid IS NULL OR assistant_id = $1) GROUP BY 1, 2) r
           JOIN profile p ON p.id = r.profile_id
           WHERE p.definition ->> 'clientId' IS NOT NULL AND coalesce(p.definition ->> 'refreshUrl', p.definition ->> 'tokenUrl') IS NOT NULL`,
    values: [assistantId],
  });
  return rows;
}
