import type { JobName } from '@grantkeeper/contracts/jobs';
import type { Sql } from '../database/pool.js';

/** One piece of work that is due and that no queue holds any more, as far as PostgreSQL can tell. */
export interface Due {
  /** The same each time it is found, so that a queue which still holds it takes it once. */
  id: string;
  /** Where the work decides which of two jobs it is. */
  name?: JobName;
  payload: unknown;
  correlationId: string;
}

/** How long a queue is trusted with work before it is queued again. */
const trustSeconds = 5;
/** How much one call finds; a full batch says that there may be more. */
export const batch = 500;

/** Codes that wait for their exchange. */
export async function dueExchanges(sql: Sql): Promise<Due[]> {
  const { rows } = await sql.query<{ id: string; correlation_id: string }>({
    name: 'due-exchanges',
    text: `WITH k AS MATERIALIZED (
             SELECT id FROM "authorization" WHERE state = 'code_received' AND attempt IS NULL AND (queued_until IS NULL OR queued_until < now())
             ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE "authorization" a SET queued_until = now() + make_interval(secs => $2) FROM k WHERE a.id = k.id RETURNING a.id, a.correlation_id`,
    values: [batch, trustSeconds],
  });
  return rows.map(({ id, correlation_id: correlationId }) => ({
    id: `exchange-${id}`,
    payload: { authorizationId: id },
    correlationId,
  }));
}

/** Whether a grant is refreshed before expiry: not at a profile that is put away, nor where it keeps fresh only what is asked for. */
const isKeptFresh = `(p.status = 'active' AND coalesce(g.used_on >= current_date - (p.definition #>> '{advanced,keepFreshDays}')::int, true))`;

/**
 * Takes grants off the list of what is due that are not to be refreshed before expiry, so that a sweep costs what is due and not what could be. They come
 * back when they are asked for (want-refresh.ts), or when the profile is enabled or revised (resume-refreshes.ts), which its lock keeps from crossing this.
 */
export async function parkRefreshes(sql: Sql): Promise<number> {
  const { rowCount } = await sql.query({
    name: 'park-refreshes',
    text: `WITH k AS MATERIALIZED (
             SELECT g.id FROM "grant" g JOIN profile p ON p.id = g.profile_id
             WHERE g.status = 'active' AND g.due_at <= now() AND NOT ${isKeptFresh} AND (g.queued_until IS NULL OR g.queued_until < now())
             ORDER BY g.due_at LIMIT $1 FOR NO KEY UPDATE OF g SKIP LOCKED FOR SHARE OF p SKIP LOCKED)
           UPDATE "grant" g SET due_at = NULL FROM k WHERE g.id = k.id`,
    values: [batch],
  });
  return rowCount ?? 0;
}

/** Whether the grant `g`, found by its id, is due for a refresh; written so that the index of what is due does not serve it. */
export const isDueRow = `coalesce(g.status = 'active' AND g.due_at <= now(), false)`;

/** A refresh that is due, with what its provider's gate is known by. */
export interface DueRefresh extends Due {
  name: 'grants.refresh' | 'grants.refresh-due';
  payload: { grantId: string; version: number };
  tokenUrl: string | null;
  clientId: string | null;
  /** Found for the first time since it fell due. */
  isNew: boolean;
}

/**
 * Grants whose refresh is due, the longest waiting first (nothing is waited for, so the order of locks is free), profiles taking turns so that a crowd at
 * one keeps nobody else waiting. What parkRefreshes has yet to take off is left out. What a runtime asked for in the last minute goes where somebody waits.
 */
export async function dueRefreshes(sql: Sql): Promise<DueRefresh[]> {
  const { rows } = await sql.query<{ id: string; version: number; wanted: boolean } & Omit<DueRefresh, keyof Due>>({
    name: 'due-refreshes',
    text: `WITH first AS MATERIALIZED (
             SELECT g.id, g.profile_id, g.due_at FROM "grant" g
             WHERE g.status = 'active' AND g.due_at <= now() AND (SELECT ${isKeptFresh} FROM profile p WHERE p.id = g.profile_id)
               AND (g.queued_until IS NULL OR g.queued_until < now())
             ORDER BY g.due_at LIMIT $1 * 5),
           k AS MATERIALIZED (
             SELECT g.id, g.queued_until IS NULL AS is_new FROM (SELECT id, due_at, row_number() OVER (PARTITION BY profile_id ORDER BY due_at) AS turn FROM first) f JOIN "grant" g USING (id)
             WHERE ${isDueRow} AND (g.queued_until IS NULL OR g.queued_until < now())
             ORDER BY f.turn, f.due_at LIMIT $1 FOR NO KEY UPDATE OF g SKIP LOCKED),
           taken AS (
             UPDATE "grant" g SET queued_until = now() + make_interval(secs => $2) FROM k WHERE g.id = k.id
             RETURNING g.id, g.version, g.profile_id, k.is_new, coalesce(g.wanted_until > greatest(now() - interval '1 minute', g.issued_at), false) AS wanted)
           SELECT t.id, t.version, coalesce(p.definition ->> 'refreshUrl', p.definition ->> 'tokenUrl') AS "tokenUrl",
             p.definition ->> 'clientId' AS "clientId", t.is_new AS "isNew", t.wanted FROM taken t JOIN profile p ON p.id = t.profile_id`,
    values: [batch, trustSeconds],
  });
  return rows.map(({ id, version, wanted, ...gate }) => ({
    ...gate,
    id: `refresh-${id}-${version}`,
    name: wanted ? 'grants.refresh' : 'grants.refresh-due',
    payload: { grantId: id, version },
    correlationId: `sweep-${id}`,
  }));
}

/** Tokens that the provider has yet to be told about. */
export async function dueRevocations(sql: Sql): Promise<Due[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'due-revocations',
    text: `WITH k AS MATERIALIZED (
             SELECT id FROM revocation WHERE state = 'pending' AND due_at <= now() AND (queued_until IS NULL OR queued_until < now())
             ORDER BY due_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE revocation r SET queued_until = now() + make_interval(secs => $2) FROM k WHERE r.id = k.id RETURNING r.id`,
    values: [batch, trustSeconds * 3],
  });
  return rows.map(({ id }) => ({ id: `revoke-${id}`, payload: { revocationId: id }, correlationId: `sweep-${id}` }));
}

/** Test runs whose check or exchange no worker has begun. */
export async function dueTestRuns(sql: Sql): Promise<Due[]> {
  const { rows } = await sql.query<{ id: string; state: string; correlation_id: string }>({
    name: 'due-test-runs',
    text: `WITH k AS MATERIALIZED (
             SELECT id FROM test_run WHERE state IN ('preflight', 'exchanging') AND attempt IS NULL AND queued_until < now()
             ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE test_run t SET queued_until = now() + make_interval(secs => $2) FROM k WHERE t.id = k.id RETURNING t.id, t.state, t.correlation_id`,
    values: [batch, trustSeconds],
  });
  return rows.map(({ id, state, correlation_id: correlationId }) => {
    const name = state === 'preflight' ? 'test-runs.check' : 'test-runs.exchange';
    return { id: `${name.replace('.', '-')}-${id}`, name, payload: { testRunId: id }, correlationId };
  });
}

/** Profiles whose deletion is under way. */
export async function dueDeletions(sql: Sql): Promise<Due[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'due-deletions',
    text: `WITH k AS MATERIALIZED (SELECT id FROM profile WHERE status = 'deleting' AND updated_at < now() - make_interval(secs => $1) ORDER BY id LIMIT 20 FOR UPDATE SKIP LOCKED)
           UPDATE profile p SET updated_at = now() FROM k WHERE p.id = k.id RETURNING p.id`,
    values: [trustSeconds],
  });
  return rows.map(({ id }) => ({ id: `delete-${id}`, payload: { profileId: id }, correlationId: `sweep-${id}` }));
}

/** Profiles whose grants are to follow them to approved origins. */
export async function dueRebinds(sql: Sql): Promise<Due[]> {
  const { rows } = await sql.query<{ id: string }>({
    name: 'due-rebinds',
    text: `WITH k AS MATERIALIZED (SELECT id FROM profile WHERE rebind_queued_at < now() - make_interval(secs => $1) ORDER BY id LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED)
           UPDATE profile p SET rebind_queued_at = now() FROM k WHERE p.id = k.id RETURNING p.id`,
    values: [trustSeconds],
  });
  return rows.map(({ id }) => ({ id: `rebind-${id}`, payload: { profileId: id }, correlationId: `sweep-${id}` }));
}
