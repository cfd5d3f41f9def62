import type { System } from './system.js';

/** Moves a grant's token in time: it was issued so long ago that it ends in `endsInSeconds`, or ended that long ago where negative. */
export async function ageToken(system: System, grantId: string, endsInSeconds: number): Promise<void> {
  const { rowCount } = await system.db.query(
    `UPDATE "grant" SET expires_at = now() + make_interval(secs => $2),
       issued_at = now() + make_interval(secs => $2) - make_interval(secs => lifetime_seconds)
     WHERE id = $1 AND lifetime_seconds IS NOT NULL`,
    [grantId, endsInSeconds],
  );
  if (rowCount !== 1) throw new Error(`no grant ${grantId} whose token ends`);
}

export function expireToken(system: System, grantId: string): Promise<void> {
  return ageToken(system, grantId, -1);
}
