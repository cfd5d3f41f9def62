import { originsOf, type ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import type { Sql } from '../database/pool.js';
import type { Transaction } from '../database/unit-of-work.js';

const batch = 500;

/** Grants of this client that are bound to other origins than its profile names now; those of another client cannot follow. */
const elsewhere = `profile_id = $1 AND status IN ('active', 'reconnect_required') AND origins <> $2::text[] AND client_id = $3`;
const valuesOf = (profileId: string, definition: ProfileDefinition): unknown[] => [
  profileId,
  originsOf(definition),
  definition.clientId,
];

/** How many grants an approval of the profile's origins would bind to them. */
export async function grantsElsewhere(sql: Sql, profileId: string, definition: ProfileDefinition): Promise<number> {
  const { rows } = await sql.query<{ grants: number }>({
    name: 'grants-elsewhere',
    text: `SELECT count(*) AS grants FROM "grant" WHERE ${elsewhere}`,
    values: valuesOf(profileId, definition),
  });
  return rows[0]?.grants ?? 0;
}

/** Notes that the grants of a locked profile are to follow it, until that is done or the profile moves on. */
export async function startRebind(sql: Sql, profileId: string): Promise<void> {
  await sql.query({
    name: 'rebind-start',
    text: 'UPDATE profile SET rebind_queued_at = now() WHERE id = $1',
    values: [profileId],
  });
}

/** An approval holds for the origins that were approved, and no longer: what a revision changes has to be approved anew. */
export async function stopRebind(sql: Sql, profileId: string): Promise<void> {
  await sql.query({
    name: 'rebind-stop',
    text: 'UPDATE profile SET rebind_queued_at = NULL WHERE id = $1 AND rebind_queued_at IS NOT NULL',
    values: [profileId],
  });
}

/** `all`: nothing is left to do; `some`: go on; `later`: others hold the rest. */
export type Rebound = 'all' | 'some' | 'later';

/**
 * Binds the next grants to the approved origins. Those that needed a new consent for their old ones' sake work again; marks and versions stay, since no token
 * is replaced. A grant that another transaction holds is left to the next run: that one may wait for the profile, which is held here.
 */
export async function rebindNext(transaction: Transaction, profileId: string): Promise<Rebound> {
  const { sql } = transaction;
  const { rows: approved } = await sql.query<{ assistant_id: string; definition: ProfileDefinition }>({
    name: 'rebind-approved',
    text: 'SELECT assistant_id, definition FROM profile WHERE id = $1 AND rebind_queued_at IS NOT NULL FOR NO KEY UPDATE',
    values: [profileId],
  });
  const [profile] = approved;
  if (!profile) return 'all';
  const origins = originsOf(profile.definition);
  const { rows } = await sql.query<{ id: string; version: number }>({
    name: 'rebind-grants',
    text: `WITH k AS MATERIALIZED (SELECT id FROM "grant" WHERE ${elsewhere} ORDER BY id LIMIT $4 FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE "grant" g SET origins = $2, ${worksAgain} FROM k WHERE g.id = k.id RETURNING g.id, g.version`,
    values: [...valuesOf(profileId, profile.definition), batch],
  });
  for (const { id: grantId, version } of rows) {
    transaction.record(`grant-${grantId}`, profile.assistant_id, {
      type: 'grants.rebound.v1',
      grantId,
      profileId,
      version,
      origins,
    });
    transaction.settled(grantId);
  }
  if (rows.length > 0) return 'some';
  if ((await grantsElsewhere(sql, profileId, profile.definition)) > 0) return 'later';
  await stopRebind(sql, profileId);
  return 'all';
}

const wasForcedOut = `g.status = 'reconnect_required' AND g.reason = 'endpoints_changed'`;
const worksAgain = `status = CASE WHEN ${wasForcedOut} THEN 'active' ELSE g.status END, reason = CASE WHEN ${wasForcedOut} THEN NULL ELSE g.reason END,
  last_failure = CASE WHEN ${wasForcedOut} THEN NULL ELSE g.last_failure END, failures = CASE WHEN ${wasForcedOut} THEN 0 ELSE g.failures END,
  due_at = CASE WHEN NOT (${wasForcedOut}) THEN g.due_at WHEN g.refresh_token IS NULL THEN g.expires_at
    ELSE greatest(now(), least(now() + random() * interval '1 minute', g.expires_at - interval '10 s')) END,
  queued_until = CASE WHEN ${wasForcedOut} THEN NULL ELSE g.queued_until END`;
