import type { RecordedGrantEvent, TimelineEntry } from '@grantkeeper/contracts/grants/timeline';
import type { Sql } from '../database/pool.js';

/** The grant whose life is told. */
export interface TimelineGrant {
  id: string;
  assistantId: string;
  profileId: string;
  userId: string;
  tenant: string;
  account: string;
  /** When its story begins. */
  bornAt: Date;
}

/** Where each source goes on; null where it was not come to yet. */
export interface TimelinePlace {
  event: number | null;
  revision: number | null;
  consent: { at: string; id: string } | null;
  day: string | null;
}

/** An entry with what its source goes on after. */
export interface PlacedEntry {
  place: Partial<TimelinePlace>;
  entry: TimelineEntry;
}

type Source = (sql: Sql, grant: TimelineGrant, place: TimelinePlace, limit: number) => Promise<PlacedEntry[]>;

/** Hand-outs of one day to one runtime key are counted to here: a grant that serves everyone may have millions. */
const handOutsCounted = 1_000;

/** One grant's identity, and when its first event was; null where there is none. */
export async function findTimelineGrant(sql: Sql, id: string): Promise<TimelineGrant | null> {
  const { rows } = await sql.query<TimelineGrant>(
    `SELECT g.id, g.assistant_id AS "assistantId", g.profile_id AS "profileId", g.user_id AS "userId", g.tenant, g.account,
       least(g.consented_at, (SELECT e.at FROM event e WHERE e.stream = 'grant-' || g.id ORDER BY e.id LIMIT 1)) AS "bornAt"
     FROM "grant" g WHERE g.id = $1 AND g.status <> 'held'`,
    [id],
  );
  return rows[0] ?? null;
}

/** What was recorded of the grant itself. */
const eventsOf: Source = async (sql, grant, place, limit) => {
  const { rows } = await sql.query<{
    id: number;
    at: Date;
    actor: string;
    actorName: string | null;
    type: string;
    payload: object;
  }>(
    `SELECT e.id, e.at, e.actor, e.type, e.payload,
       CASE split_part(e.actor, ':', 1)
         WHEN 'operator' THEN (SELECT o.email FROM operator o WHERE o.id::text = split_part(e.actor, ':', 2))
         WHEN 'runtime' THEN (SELECT k.name FROM runtime_key k WHERE k.assistant_id = e.assistant_id AND k.id::text = split_part(e.actor, ':', 2)) END AS "actorName"
     FROM event e WHERE e.stream = $1 AND ($2::bigint IS NULL OR e.id < $2) ORDER BY e.id DESC LIMIT $3`,
    [`grant-${grant.id}`, place.event, limit],
  );
  return rows.map(({ id, at, actor, actorName, type, payload }) => ({
    place: { event: id },
    entry: { kind: 'event', at: at.toISOString(), id, actor, actorName, event: { type, ...payload } as RecordedGrantEvent },
  }));
};

type Revision = Extract<TimelineEntry, { kind: 'revision' }>;

/** What was changed in its profile since. */
const revisionsOf: Source = async (sql, grant, place, limit) => {
  const { rows } = await sql.query<Omit<Revision, 'kind' | 'at'> & { at: Date }>(
    `SELECT r.revision, r.at, r.by, r.action, r.changed, (SELECT o.email FROM operator o WHERE 'operator:' || o.id = r.by) AS "byEmail" FROM profile_revision r
     WHERE r.profile_id = $1 AND r.at >= $2 AND ($3::int IS NULL OR r.revision < $3) ORDER BY r.revision DESC LIMIT $4`,
    [grant.profileId, grant.bornAt, place.revision, limit],
  );
  return rows.map(({ at, ...revision }) => ({
    place: { revision: revision.revision },
    entry: { kind: 'revision', at: at.toISOString(), ...revision },
  }));
};

type FailedConsent = Extract<TimelineEntry, { kind: 'failed-consent' }>;

/** Consents of its user that came to nothing since, in the 30 days that they are kept. */
const failedConsentsOf: Source = async (sql, grant, place, limit) => {
  const { rows } = await sql.query<{ place: string; at: Date } & Pick<FailedConsent, 'authorizationId' | 'state' | 'reason'>>(
    `SELECT id AS "authorizationId", ended_at AS at, ended_at::text AS place, state, reason FROM "authorization"
     WHERE profile_id = $1 AND user_id = $2 AND coalesce(chosen_tenant, tenant) = $3 AND account = $4
       AND state IN ('failed', 'denied', 'wrong_person', 'outcome_unknown') AND ended_at >= $5
       AND ($6::timestamptz IS NULL OR (ended_at, id) < ($6, $7::uuid)) ORDER BY ended_at DESC, id DESC LIMIT $8`,
    [
      grant.profileId,
      grant.userId,
      grant.tenant,
      grant.account,
      grant.bornAt,
      place.consent?.at ?? null,
      place.consent?.id ?? null,
      limit,
    ],
  );
  return rows.map(({ place: at, ...row }) => ({
    place: { consent: { at, id: row.authorizationId } },
    entry: { kind: 'failed-consent', ...row, at: row.at.toISOString() },
  }));
};

type HandOuts = Extract<TimelineEntry, { kind: 'hand-outs' }>;

/** Of a day `d.day`, and between $2 and $3: the planner leaves out all other days' partitions, of which there are a hundred. */
const ofDay = `h.grant_id = $1 AND h.at >= d.day::timestamp AT TIME ZONE 'UTC' AND h.at < (d.day + 1)::timestamp AT TIME ZONE 'UTC'
  AND h.at >= $2::date::timestamp AT TIME ZONE 'UTC' AND h.at < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'`;

/** Days on which a runtime was handed the grant's token, latest first; one look at the index for each day there is. */
async function daysWithHandOuts(
  sql: Sql,
  grant: TimelineGrant,
  before: string | null,
  since: Date,
  limit: number,
): Promise<string[]> {
  const { rows: bounds } = await sql.query<{ first: string; last: string }>(
    `SELECT greatest((now() AT TIME ZONE 'UTC')::date - 91, ($1::timestamptz AT TIME ZONE 'UTC')::date)::text AS first,
       least($2::date - 1, (now() AT TIME ZONE 'UTC')::date)::text AS last`,
    [since, before],
  );
  const { first, last } = bounds[0] as { first: string; last: string };
  if (first > last) return [];
  const { rows } = await sql.query<{ day: string }>(
    `SELECT d.day::text FROM (SELECT $2::date + n AS day FROM generate_series(0, $3::date - $2::date) n) d
     CROSS JOIN LATERAL (SELECT FROM hand_out h WHERE ${ofDay} LIMIT 1) found ORDER BY d.day DESC LIMIT $4`,
    [grant.id, first, last, limit],
  );
  return rows.map(({ day }) => day);
}

/** Hand-outs by day and runtime since an instant, in the 90 days that they are kept. */
async function handOutsOf(
  sql: Sql,
  grant: TimelineGrant,
  place: TimelinePlace,
  since: Date,
  limit: number,
): Promise<PlacedEntry[]> {
  const days = await daysWithHandOuts(sql, grant, place.day, since, limit);
  if (days.length === 0) return [];
  const { rows } = await sql.query<{ at: Date } & Pick<HandOuts, 'day' | 'count' | 'more' | 'runtimes'>>(
    `SELECT d.day::text, k.at, k.count, k.more, k.runtimes FROM unnest($4::date[]) d (day)
     CROSS JOIN LATERAL (
       SELECT max(c.at) AS at, sum(c.count)::int AS count, bool_or(c.more) AS more,
         json_agg(json_build_object('runtimeKeyId', r.id, 'name', r.name, 'count', c.count, 'more', c.more) ORDER BY c.count DESC, r.name) AS runtimes
       FROM runtime_key r CROSS JOIN LATERAL (
         SELECT least(count(*), $5)::int AS count, count(*) > $5 AS more, max(o.at) AS at
         FROM (SELECT h.at FROM hand_out h WHERE ${ofDay} AND h.runtime_key_id = r.id LIMIT $5 + 1) o) c
       WHERE r.assistant_id = $6 AND c.count > 0) k
     WHERE k.count > 0 ORDER BY d.day DESC`,
    [grant.id, days.at(-1), days[0], days, handOutsCounted, grant.assistantId],
  );
  return rows.map(({ at, day, ...counts }) => ({
    place: { day },
    entry: { kind: 'hand-outs', at: at.toISOString(), day, ...counts },
  }));
}

const sources: readonly Source[] = [eventsOf, revisionsOf, failedConsentsOf];

/** The next of all sources, newest first, and each source's own in its own order: what happened at one instant keeps it. */
export async function timelineAfter(sql: Sql, grant: TimelineGrant, place: TimelinePlace, limit: number): Promise<PlacedEntry[]> {
  const queues: PlacedEntry[][] = [];
  for (const source of sources) queues.push(await source(sql, grant, place, limit));
  const last = merged(queues, limit)[limit - 1]; // hand-outs of before would not be shown, so they are not counted
  queues.push(await handOutsOf(sql, grant, place, last ? new Date(last.entry.at) : grant.bornAt, limit));
  return merged(queues, limit);
}

function merged(queues: readonly (readonly PlacedEntry[])[], limit: number): PlacedEntry[] {
  const left = queues.map((queue) => [...queue]);
  const entries: PlacedEntry[] = [];
  while (entries.length < limit) {
    const next = left
      .filter((queue) => queue.length > 0)
      .sort((a, b) => latestFirst(a[0], b[0]))[0]
      ?.shift();
    if (!next) break;
    entries.push(next);
  }
  return entries;
}

function latestFirst(a: PlacedEntry | undefined, b: PlacedEntry | undefined): number {
  return (b?.entry.at ?? '').localeCompare(a?.entry.at ?? '');
}
