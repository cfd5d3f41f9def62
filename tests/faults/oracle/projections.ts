import { type Evidence, type Violation, violation } from './evidence.js';

const name = 'projections as rebuilt';

/** What events make of refresh_activity, reckoned in another way than the projection does it, against what stands there. */
const differing = `
  WITH made AS (
    SELECT date_trunc('minute', at) AS minute, (payload ->> 'profileId')::uuid AS profile_id, count(*) AS count,
      CASE type WHEN 'grants.refreshed.v1' THEN 'refreshed' WHEN 'grants.refresh-failed.v1' THEN payload ->> 'failure' ELSE payload ->> 'reason' END AS outcome
    FROM event WHERE type IN ('grants.refreshed.v1', 'grants.refresh-failed.v1', 'grants.reconnect-required.v1')
      AND payload ? 'profileId' AND at > now() - interval '29 days' GROUP BY 1, 2, 4),
  kept AS (SELECT minute, profile_id, outcome, count FROM refresh_activity WHERE minute > now() - interval '29 days')
  SELECT DISTINCT coalesce(m.profile_id, k.profile_id) AS id FROM made m FULL JOIN kept k USING (minute, profile_id, outcome) WHERE m.count IS DISTINCT FROM k.count`;

/** Rebuilt from the events, a projection is what it is now. */
export async function projectionsAsRebuilt({ pool }: Evidence): Promise<Violation[]> {
  const { rows } = await pool.query<{ id: string }>(differing);
  return violation(
    name,
    'profiles whose refreshes are not counted as the events say',
    rows.map(({ id }) => id),
  );
}
