import { configurationFailure } from '@grantkeeper/core/grants/answer-class';
import type { Sql } from '../database/pool.js';

/**
 * A profile was revised or enabled: grants whose refreshes were parked, by its fault or because they were not to be kept fresh, are due again, spread over
 * a minute, but before their tokens end; on the next ask at once. One that another transaction holds is left to its own time, as its lock may wait for the profile's.
 */
export async function resumeRefreshes(sql: Sql, profileId: string): Promise<void> {
  await sql.query({
    name: 'resume-refreshes',
    text: `WITH k AS MATERIALIZED (
             SELECT id FROM "grant" WHERE profile_id = $1 AND status = 'active'
               AND ((due_at IS NULL AND expires_at IS NOT NULL) OR (attempt IS NULL AND due_at > now() AND split_part(last_failure, ':', 1) = $2))
             ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE "grant" g SET due_at = greatest(now(), least(now() + random() * interval '1 minute', expires_at - interval '10 s')), queued_until = NULL, failures = 0, last_failure = NULL FROM k WHERE g.id = k.id`,
    values: [profileId, configurationFailure],
  });
}
