import { refreshTokenPlace } from '@grantkeeper/platform/grants/sealed-tokens';
import { type Evidence, type Violation, violation } from './evidence.js';

interface Stored {
  id: string;
  assistantId: string;
  version: number;
  refreshToken: Buffer;
  origin: string;
}

/** Each active grant without a flight holds the newest refresh token that its provider has issued for it, and it is alive. */
export async function newestTokens(evidence: Evidence): Promise<Violation[]> {
  const { vault, witnesses } = evidence;
  const stale = new Map<string, number>();
  for (const { id, assistantId, version, refreshToken, origin } of await resting(evidence, null)) {
    const witness = witnesses.find((one) => one.origin === origin);
    if (witness && !(await witness.isNewest(await vault.open(assistantId, refreshTokenPlace(id), refreshToken))))
      stale.set(id, version);
  }
  // A refresh that came between the row and its witness has marked the row by now, or stored the next version.
  const still = stale.size === 0 ? [] : await resting(evidence, [...stale.keys()]);
  const lost = still.filter(({ id, version }) => version === stale.get(id)).map(({ id }) => id);
  return violation('newest token stored', 'active grants whose refresh token is not the newest one alive', lost);
}

async function resting({ pool }: Evidence, ids: readonly string[] | null): Promise<Stored[]> {
  const { rows } = await pool.query<Stored>(
    `SELECT id, assistant_id AS "assistantId", version, refresh_token AS "refreshToken", origins[1] AS origin FROM "grant"
     WHERE status = 'active' AND attempt IS NULL AND refresh_token IS NOT NULL AND ($1::uuid[] IS NULL OR id = ANY ($1))`,
    [ids],
  );
  return rows;
}
