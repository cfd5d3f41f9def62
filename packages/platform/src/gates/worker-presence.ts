import { randomUUID } from 'node:crypto';
import type { Place } from '@grantkeeper/core/grants/provider-limits';
import type { Sql } from '../database/pool.js';
import { type ToldGate, tellGates } from './gate-readings.js';
import type { Lesson, ProviderGates } from './provider-gates.js';

export const gatesChannel = 'gk_gates';

/** A worker that has not been heard of for so long is taken as gone. */
const goneSeconds = 5;
/** A worker that has not been heard of for so long takes no part: well before the others count without it. */
const partLapsesMs = 3_000;

interface Beat {
  others: number;
  before: number;
  /** The smallest divisor of the others that take part; null where none does. */
  least: number | null;
  lessons: Lesson[];
  /** Its row was new: it is that of a newcomer, or the old one was lost. */
  isNew: boolean;
}

/**
 * This worker's place among those that live, by a row that it renews. Each divides the limits by as many as it knows of, and says by how many; one that joins
 * takes no part before all others divide by enough, and one that counts fewer than before says so before it takes more. So the parts never make more than the whole.
 */
export class WorkerPresence {
  private readonly id = randomUUID();
  /** What is said by the row, and what is gone by: never less than what is said. 0: takes no part. */
  private said = 0;
  private divisor = 0;
  private rank = 0;
  private known = 1;
  private heardAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly sql: Sql,
    private readonly gates: Pick<ProviderGates, 'fit' | 'serve' | 'learn'>,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Null while this worker takes no part. */
  get place(): Place | null {
    if (this.divisor === 0 || this.now() - this.heardAt > partLapsesMs) return null;
    return { members: this.divisor, rank: this.rank };
  }

  /** Joins: takes its part at once where it is alone. */
  async join(): Promise<void> {
    await this.beat();
    await this.beat();
  }

  /** Says that this worker lives, and learns who else does and what was taught. Answers whether it should beat again soon. */
  async beat(): Promise<boolean> {
    const startedAt = this.now();
    const saying = this.toSay();
    const { others, before, least, lessons, isNew } = await this.exchange(saying);
    const members = others + 1;
    const isMissed = isNew || this.now() - this.heardAt > partLapsesMs; // the others may have counted without it
    this.said = saying;
    this.known = members;
    this.rank = before;
    this.heardAt = startedAt;
    if (isMissed) this.divisor = 0;
    else if (this.divisor > 0) this.divisor = Math.max(saying, members);
    else if (saying > 0 && (least === null || least >= members)) this.divisor = Math.max(saying, members);
    this.gates.learn(lessons);
    this.gates.serve();
    return this.divisor === 0 || this.said !== members;
  }

  /** Tells what this worker knows of its gates, for people to see; answers whether its row was there. */
  tell(gates: readonly ToldGate[]): Promise<boolean> {
    return tellGates(this.sql, this.id, gates);
  }

  /** No more part from here on. */
  async leave(): Promise<void> {
    this.divisor = 0;
    await this.sql.query({
      name: 'worker-leave',
      text: 'WITH gone AS (DELETE FROM worker WHERE id = $1) SELECT pg_notify($2, $3)',
      values: [this.id, gatesChannel, ''],
    });
  }

  /** As many as it knows of, once what is under way fits into such a part. */
  private toSay(): number {
    if (!Number.isFinite(this.heardAt)) return 0; // nobody knows of this worker yet
    const fits = this.gates.fit({ members: this.known, rank: this.rank });
    return this.known <= this.said || fits ? this.known : this.said;
  }

  private async exchange(saying: number): Promise<Beat> {
    const { rows } = await this.sql.query<Beat>({
      name: 'worker-beat',
      text: `WITH me AS (
               INSERT INTO worker (id, divisor) VALUES ($1, $2)
               ON CONFLICT (id) DO UPDATE SET beat_at = now(), divisor = excluded.divisor RETURNING id, joined_at, xmax = 0 AS is_new),
             gone AS (DELETE FROM worker WHERE beat_at < now() - interval '1 minute' AND id <> $1),
             other AS (
               SELECT w.divisor, (w.joined_at, w.id) < (me.joined_at, me.id) AS before FROM worker w, me
               WHERE w.id <> me.id AND w.beat_at > now() - make_interval(secs => ${goneSeconds}))
             SELECT (SELECT is_new FROM me) AS "isNew", (SELECT count(*) FROM other)::int AS others, (SELECT count(*) FROM other WHERE before)::int AS before,
               (SELECT min(divisor) FROM other WHERE divisor > 0) AS least,
               (SELECT coalesce(json_agg(json_build_object('origin', origin, 'clientId', client_id, 'perSecond', per_second,
                  'ageSeconds', extract(epoch FROM now() - taught_at), 'closedSeconds', extract(epoch FROM closed_until - now()))), '[]')
                FROM provider_gate WHERE taught_at > now() - interval '10 minutes' OR closed_until > now()) AS lessons,
               CASE WHEN $3 THEN pg_notify('${gatesChannel}', '') IS NOT NULL END`,
      values: [this.id, saying, !Number.isFinite(this.heardAt)],
    });
    const [beat] = rows;
    if (!beat) throw new Error('a beat without an answer');
    return beat;
  }
}

/** Tells all workers what a 429 has taught. Of several lessons at once the slowest counts. */
export async function teachGates(
  sql: Sql,
  { origin, clientId, perSecond, closedSeconds }: Omit<Lesson, 'ageSeconds'>,
): Promise<void> {
  await sql.query({
    name: 'teach-gates',
    text: `WITH lesson AS (
             INSERT INTO provider_gate AS g (origin, client_id, per_second, closed_until) VALUES ($1, $2, $3, now() + make_interval(secs => $4))
             ON CONFLICT (origin, client_id) DO UPDATE SET taught_at = now(), closed_until = greatest(g.closed_until, excluded.closed_until),
               per_second = CASE WHEN g.closed_until > now() THEN least(g.per_second, excluded.per_second) ELSE excluded.per_second END RETURNING 1)
           SELECT pg_notify('${gatesChannel}', '') FROM lesson`,
    values: [origin, clientId, perSecond, closedSeconds],
  });
}
