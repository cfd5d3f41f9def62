import type { Vault } from '../crypto/vault.js';
import type { Settlement } from '../flights/settlement.js';
import { promoteSecret } from '../profiles/promote-secret.js';
import { clientSecretPlace, nextClientSecretPlace } from '../profiles/secret-places.js';
import type { MarkedTestRun } from './test-run-marks.js';

/** The next client secret of a run's profile as text; null where there is none. */
export async function openNextSecret(
  vault: Vault,
  { assistantId, profileId, nextClientSecret }: MarkedTestRun,
): Promise<string | null> {
  return nextClientSecret && vault.open(assistantId, nextClientSecretPlace(profileId), nextClientSecret);
}

/** Puts the next secret, which a test has found to be taken, in the present one's place. The revision that this makes is the one that the run goes on with. */
export async function promoteTestedSecret(settlement: Settlement, vault: Vault, run: MarkedTestRun): Promise<void> {
  const { id, assistantId, profileId, nextClientSecretSetAt: setAt } = run;
  const secret = await openNextSecret(vault, run);
  if (secret === null || setAt === null) return;
  const sealed = await vault.seal(assistantId, clientSecretPlace(profileId), secret);
  await promoteSecret(settlement, { profileId, assistantId, setAt, sealed });
  await settlement.sql.query({
    name: 'follow-promoted-secret',
    text: `UPDATE test_run t SET revision = p.revision, client_secret_set_at = p.client_secret_set_at FROM profile p
           WHERE t.id = $1 AND p.id = t.profile_id AND p.revision = t.revision + 1 AND p.client_secret_set_at = $2::timestamptz`,
    values: [id, setAt],
  });
}
