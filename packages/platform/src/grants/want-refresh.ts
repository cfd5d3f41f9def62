import type pg from 'pg';
import { Gather } from '../database/gather.js';
import { inTransaction } from '../database/pool.js';
import type { PublishJobs } from '../database/unit-of-work.js';
import { appendEvents } from '../outbox/outbox.js';
import { refreshTokenEnded } from './refresh-flights.js';

/** A wish for a newer token than `version`. */
export interface RefreshWish {
  grantId: string;
  version: number;
  /** The API refused this version: noted, so that one refusal is acted on at most once in 30 s. */
  refused: boolean;
  /** An operator asks: now, whatever holds the refresh back. An outcome that is unknown keeps its own time all the same. */
  urged?: boolean;
  actor: string;
  correlationId: string;
}

/** `wanted`: a refresh is queued or under way; `moved`: the version is no longer current, or the grant cannot be refreshed now: read again. */
export type WishOutcome = 'wanted' | 'moved';

/** How long a queue is trusted to bring a queued refresh to a worker, before the sweeper queues it again. */
const queuedForSeconds = 5;

/**
 * Makes grants due now, also where the refresh before expiry lies ahead; one that has expired without a refresh token that lives too, so that a worker says what it
 * needs. Any number of wishes for one version, from any number of processes, queue one refresh; it overtakes the one for which nobody waits.
 */
export class RefreshWishes {
  private readonly gather: Gather<RefreshWish, WishOutcome>;

  constructor(
    private readonly pool: pg.Pool,
    private readonly publish: PublishJobs,
  ) {
    this.gather = new Gather((wishes) => this.send(wishes));
  }

  want(wish: RefreshWish): Promise<WishOutcome> {
    return this.gather.ask(wish);
  }

  private async send(wishes: RefreshWish[]): Promise<WishOutcome[]> {
    const joined = joinedByGrant(wishes);
    const ids = [...joined.keys()].sort();
    const { jobs, current } = await inTransaction(this.pool, async (client) => {
      const { rows: taken } = await client.query<{ id: string; assistant_id: string; profile_id: string; version: number }>({
        name: 'want-refresh',
        text: `WITH wish AS (SELECT * FROM unnest($1::uuid[], $2::int[], $3::bool[], $5::bool[]) AS w(id, version, refused, urged)),
               k AS MATERIALIZED (
                 SELECT g.id, w.refused, w.urged FROM "grant" g JOIN wish w ON w.id = g.id AND w.version = g.version
                 WHERE g.status = 'active' AND ((g.refresh_token IS NOT NULL AND NOT ${refreshTokenEnded}) OR g.expires_at <= now())
                   AND (g.queued_until IS NULL OR g.queued_until < now() OR g.wanted_until IS NULL OR g.wanted_until < now())
                   AND (g.due_at IS NULL OR g.due_at <= now() OR (g.attempt IS NULL AND (w.urged OR g.last_failure IS NULL))) AND (g.attempt IS NULL OR g.sent_at < now() - interval '30 s')
                 ORDER BY g.id FOR NO KEY UPDATE OF g SKIP LOCKED)
               UPDATE "grant" g SET due_at = CASE WHEN k.urged THEN now() ELSE least(g.due_at, now()) END, queued_until = now() + make_interval(secs => $4),
                 wanted_until = now() + make_interval(secs => $4), used_on = current_date, refused_at = CASE WHEN k.refused THEN now() ELSE g.refused_at END
               FROM k WHERE g.id = k.id RETURNING g.id, g.assistant_id, g.profile_id, g.version`,
        values: [
          ids,
          ids.map((id) => joined.get(id)?.version),
          ids.map((id) => joined.get(id)?.refused),
          queuedForSeconds,
          ids.map((id) => joined.get(id)?.urged ?? false),
        ],
      });
      const jobs = await appendEvents(
        client,
        taken.map(({ id, assistant_id: assistantId, profile_id: profileId, version }) => ({
          stream: `grant-${id}`,
          assistantId,
          actor: joined.get(id)?.actor ?? 'worker',
          correlationId: joined.get(id)?.correlationId ?? '',
          event: { type: 'grants.refresh-wanted.v1', grantId: id, profileId, version },
        })),
      );
      const { rows: current } = await client.query<{ id: string; version: number }>({
        name: 'wanted-now',
        text: `SELECT id, version FROM "grant" WHERE id = ANY($1) AND status = 'active' AND (due_at <= now() OR (attempt IS NOT NULL AND sent_at >= now() - interval '30 s'))`,
        values: [ids],
      });
      return { jobs, current: new Map(current.map(({ id, version }) => [id, version])) };
    });
    if (jobs.length > 0) this.publish(jobs);
    return wishes.map(({ grantId, version }) => (current.get(grantId) === version ? 'wanted' : 'moved'));
  }
}

/** One wish per grant: for the newest version that anybody knows, refused or urged if anybody says so. */
function joinedByGrant(wishes: readonly RefreshWish[]): Map<string, RefreshWish> {
  const joined = new Map<string, RefreshWish>();
  for (const wish of wishes) {
    const known = joined.get(wish.grantId);
    if (!known || wish.version > known.version) joined.set(wish.grantId, wish);
    else if (wish.version === known.version)
      joined.set(wish.grantId, { ...known, refused: known.refused || wish.refused, urged: known.urged || wish.urged });
  }
  return joined;
}
