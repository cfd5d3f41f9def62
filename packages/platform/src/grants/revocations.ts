import type { SignOutAnswer } from '@grantkeeper/contracts/grants/http';
import type { Sql } from '../database/pool.js';
import type { UnitOfWork } from '../database/unit-of-work.js';

/** How a revocation stands; one whose profile is gone by now was settled before that. */
export async function revocationState(sql: Sql, id: string): Promise<SignOutAnswer['revocation']> {
  const { rows } = await sql.query<{ state: SignOutAnswer['revocation'] }>('SELECT state FROM revocation WHERE id = $1', [id]);
  return rows[0]?.state ?? 'forgotten';
}

/** The provider could not be told now: again after `seconds`. */
export async function postponeRevocation(sql: Sql, id: string, seconds: number): Promise<void> {
  await sql.query(
    `UPDATE revocation SET attempts = attempts + 1, due_at = now() + make_interval(secs => $2), queued_until = NULL WHERE id = $1 AND state = 'pending'`,
    [id, seconds],
  );
}

/** Settles a revocation: the tokens are gone from here, and whoever waits is told what happened. A second settle changes nothing. */
export async function settleRevocation(
  unitOfWork: UnitOfWork,
  correlationId: string,
  id: string,
  outcome: 'revoked' | 'forgotten',
): Promise<void> {
  await unitOfWork.run({ actor: { kind: 'worker' }, correlationId }, async (transaction) => {
    const { rows } = await transaction.sql.query<{ assistant_id: string; profile_id: string; grant_id: string }>(
      `UPDATE revocation SET state = $2, hand_out = NULL, refresh_token = NULL, inputs = NULL, settled_at = now(), queued_until = NULL
       WHERE id = $1 AND state = 'pending' RETURNING assistant_id, profile_id, grant_id`,
      [id, outcome],
    );
    const row = rows[0];
    if (!row) return;
    const { assistant_id: assistantId, profile_id: profileId, grant_id: grantId } = row;
    transaction.record(`grant-${grantId}`, assistantId, {
      type: 'grants.revoked-upstream.v1',
      grantId,
      profileId,
      revocationId: id,
      outcome,
    });
    transaction.settled(id);
  });
}
