import { configurationFailure } from '@grantkeeper/core/grants/answer-class';
import type { Sql } from '../database/pool.js';
import { resumeRefreshes } from '../grants/resume-refreshes.js';

/** How long a fault is left alone before one grant tries again. */
const probeEverySeconds = 300;

/** Notes that a profile's refreshes fail by a fault of its own. Known and not due to be tried again, it is left as it is: any number of grants may find it at once. */
export async function noteFault(sql: Sql, profileId: string, reason: string): Promise<void> {
  await sql.query({
    name: 'profile-note-fault',
    text: `UPDATE profile SET fault_reason = $2, fault_since = coalesce(fault_since, now()), fault_probe_at = now() + make_interval(secs => $3)
           WHERE id = $1 AND (fault_reason IS DISTINCT FROM $2 OR fault_probe_at <= now())`,
    values: [profileId, reason, probeEverySeconds],
  });
}

/** Whether this caller is the one that may try now; the next may in five minutes. */
export async function mayProbe(sql: Sql, profileId: string): Promise<boolean> {
  const { rowCount } = await sql.query({
    name: 'profile-may-probe',
    text: `UPDATE profile SET fault_probe_at = now() + make_interval(secs => $2) WHERE id = $1 AND fault_reason IS NOT NULL AND fault_probe_at <= now()`,
    values: [profileId, probeEverySeconds],
  });
  return rowCount === 1;
}

/** An operator wants it tried now. */
export async function letProbe(sql: Sql, profileId: string): Promise<void> {
  await sql.query({
    name: 'profile-let-probe',
    text: 'UPDATE profile SET fault_probe_at = now() WHERE id = $1 AND fault_reason IS NOT NULL',
    values: [profileId],
  });
}

/** A refresh went through: the fault is over and what it parked goes on. */
export async function endFault(sql: Sql, profileId: string): Promise<void> {
  const { rowCount } = await sql.query({
    name: 'profile-end-fault',
    text: 'UPDATE profile SET fault_reason = NULL, fault_since = NULL, fault_probe_at = NULL WHERE id = $1 AND fault_reason IS NOT NULL',
    values: [profileId],
  });
  if (rowCount === 1) await resumeRefreshes(sql, profileId);
}

/** An operator has the profile's refreshes go on, whether or not the fault is mended; answers the fault that was put aside. */
export async function putFaultAside(sql: Sql, profileId: string): Promise<string | null> {
  const { rows } = await sql.query<{ fault: string | null }>('SELECT fault_reason AS fault FROM profile WHERE id = $1', [
    profileId,
  ]);
  await endFault(sql, profileId);
  return rows[0]?.fault ?? null;
}

/** A code was exchanged: the fault is over where only an exchange has met it. What refreshes have met is for a refresh to end. */
export async function endFaultOfExchange(sql: Sql, profileId: string): Promise<void> {
  await sql.query({
    name: 'profile-end-fault-of-exchange',
    text: `UPDATE profile SET fault_reason = NULL, fault_since = NULL, fault_probe_at = NULL WHERE id = $1 AND fault_reason IS NOT NULL
             AND NOT EXISTS (SELECT FROM "grant" WHERE profile_id = $1 AND status = 'active' AND last_failure LIKE $2)`,
    values: [profileId, `${configurationFailure}:%`],
  });
}
