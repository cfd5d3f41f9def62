import type { Settlement } from '../flights/settlement.js';
import { resumeRefreshes } from '../grants/resume-refreshes.js';
import { appendAudit } from '../operators/audit.store.js';

/** A next client secret that a provider has taken, sealed for the place of the present one. */
export interface TakenSecret {
  profileId: string;
  assistantId: string;
  /** When the secret that was sent had been set, as PostgreSQL writes it. */
  setAt: string;
  sealed: Buffer;
}

/**
 * Puts the next client secret in the present one's place, with a revision, an event and an audit entry. Any number of refreshes may find out at once: the first
 * does it, and a secret that was set since stays where it is.
 */
export async function promoteSecret(
  settlement: Settlement,
  { profileId, assistantId, setAt, sealed }: TakenSecret,
): Promise<void> {
  const { sql } = settlement;
  const { rows } = await sql.query<{ revision: number }>({
    name: 'promote-secret',
    text: `WITH p AS (
             UPDATE profile SET client_secret = $3, client_secret_set_at = next_client_secret_set_at, next_client_secret = NULL, next_client_secret_set_at = NULL,
               revision = revision + 1, updated_at = now(), fault_reason = NULL, fault_since = NULL, fault_probe_at = NULL
             WHERE id = $1 AND next_client_secret_set_at = $2::timestamptz RETURNING *)
           INSERT INTO profile_revision (profile_id, revision, action, name, definition, client_secret_set_at, next_client_secret_set_at, changed, by)
           SELECT id, revision, 'secret-promoted', name, definition, client_secret_set_at, NULL, '{clientSecret,nextClientSecret}', 'worker' FROM p
           RETURNING revision`,
    values: [profileId, setAt, sealed],
  });
  const [promoted] = rows;
  if (!promoted) return;
  const { revision } = promoted;
  const changed = ['clientSecret', 'nextClientSecret'];
  await resumeRefreshes(sql, profileId);
  settlement.record(`profile-${profileId}`, assistantId, { type: 'profiles.secret-promoted.v1', profileId, revision, changed });
  await appendAudit(sql, [
    { actor: 'worker', action: 'profiles.promote-secret', subject: `profile:${profileId}`, assistantId, detail: { revision } },
  ]);
}
