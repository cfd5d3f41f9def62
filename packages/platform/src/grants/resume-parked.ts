import { configurationFailure } from '@grantkeeper/core/grants/answer-class';
import type { Sql } from '../database/pool.js';

/**
 * A profile was revised: grants whose refreshes its fault had parked may be refreshed on the next ask. They are not made due, so that a revision sends
 * nothing by itself; one that another transaction holds is left to its own time, as its lock may wait for the profile's.
 */
export async function resumeParked(sql: Sql, profileId: string): Promise<void> {
  await sql.query({
    name: 'resume-parked',
    text: `WITH k AS MATERIALIZED (
             SELECT id FROM "grant" WHERE profile_id = $1 AND status = 'active' AND attempt IS NULL AND due_at > now()
               AND split_part(last_failure, ':', 1) = $2 ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE "grant" g SET due_at = NULL, queued_until = NULL FROM k WHERE g.id = k.id`,
    values: [profileId, configurationFailure],
  });
}
