import { refreshTokenPlace } from '@grantkeeper/platform/grants/sealed-tokens';
import { type Evidence, type Violation, violation } from './evidence.js';

interface Stored {
  id: string;
  assistantId: string;
  refreshToken: Buffer;
  origin: string;
}

/** Each active grant without a flight holds the newest refresh token that its provider has issued for it, and it is alive. */
export async function newestTokens({ pool, vault, witnesses }: Evidence): Promise<Violation[]> {
  const { rows } = await pool.query<Stored>(
    `SELECT id, assistant_id AS "assistantId", refresh_token AS "refreshToken", origins[1] AS origin FROM "grant"
     WHERE status = 'active' AND attempt IS NULL AND refresh_token IS NOT NULL`,
  );
  const stale: string[] = [];
  for (const { id, assistantId, refreshToken, origin } of rows) {
    const witness = witnesses.find((one) => one.origin === origin);
    if (witness && !(await witness.isNewest(await vault.open(assistantId, refreshTokenPlace(id), refreshToken)))) stale.push(id);
  }
  return violation('newest token stored', 'active grants whose refresh token is not the newest one alive', stale);
}
