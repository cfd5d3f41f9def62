import type { EventType } from '@grantkeeper/contracts/events';
import { type LiveChange, type LiveTopic, liveTopics } from '@grantkeeper/contracts/live/http';
import { changesOf } from '@grantkeeper/core/live/live-topics';
import type { Sql } from '../database/pool.js';

/** More than so many at a time are not told one by one. */
const mostEvents = 2_000;
/** So many events above a transaction that does not end: it is no longer waited for. */
const mostSeen = 5_000;

interface Row {
  id: number;
  tx: number;
  type: EventType;
  stream: string;
  assistantId: string | null;
}
type Marks = Partial<Record<LiveTopic, string | null>>;

const everything: readonly LiveChange[] = liveTopics.map((topic) => ({ topic, assistantId: null, id: null }));

/**
 * Follows what changes, by reading: new events, also those that are committed late, and marks of what no event tells. Whoever changes something pays nothing for it
 * (docs/decisions/0035-live-by-tailing-the-events.md).
 */
export class LiveTail {
  /** All of transactions below is told. */
  private from: number | null = null;
  private seen = new Set<number>();
  private marks: Marks = {};
  /** Events of transactions below may have been passed over; when all of them are over, everything counts as changed. */
  private passedBelow: number | null = null;

  constructor(private readonly sql: Sql) {}

  /** What has changed since the last call; nothing at the first one. */
  async next(): Promise<readonly LiveChange[]> {
    const { horizon, newest, rows } = await this.read();
    const marked = await this.marked();
    if (this.from === null) {
      this.from = horizon;
      this.seen = new Set(rows.map(({ id }) => id));
      return [];
    }
    const news = rows.filter(({ id }) => !this.seen.has(id));
    const isTooMuch = rows.length > mostEvents;
    for (const { id } of news) this.seen.add(id);
    this.from = horizon;
    this.seen = new Set(rows.filter(({ id, tx }) => tx >= horizon && this.seen.has(id)).map(({ id }) => id));
    if (isTooMuch || this.seen.size > mostSeen) this.passOver(newest);
    else if (this.passedBelow !== null && horizon >= this.passedBelow) {
      this.passedBelow = null;
      return everything;
    }
    return isTooMuch ? everything : [...news.flatMap(changesOf), ...marked];
  }

  private passOver(newest: number): void {
    this.from = newest;
    this.seen.clear();
    this.passedBelow = newest;
  }

  private async read(): Promise<{ horizon: number; newest: number; rows: Row[] }> {
    const { rows } = await this.sql.query<{ horizon: number; newest: number; rows: Row[] }>({
      name: 'live-events',
      text: `SELECT pg_snapshot_xmin(s)::text::bigint AS horizon, pg_snapshot_xmax(s)::text::bigint AS newest,
               (SELECT coalesce(json_agg(e), '[]') FROM (
                  SELECT id, tx, type, stream, assistant_id AS "assistantId" FROM event
                  WHERE tx >= coalesce($1, pg_snapshot_xmin(s)::text::bigint) ORDER BY tx LIMIT ${mostEvents + 1}) e) AS rows
             FROM pg_current_snapshot() s`,
      values: [this.from],
    });
    const [read] = rows;
    if (!read) throw new Error('a snapshot without a row');
    return read;
  }

  private async marked(): Promise<LiveChange[]> {
    const { rows } = await this.sql.query<Marks>({
      name: 'live-marks',
      text: `SELECT (SELECT max(seq) FROM audit)::text AS audit,
               concat_ws(' ', (SELECT max(gates_at) FROM worker), (SELECT applied_at FROM projection WHERE name = 'refresh_activity'),
                 (SELECT counted_at FROM refresh_due_count), (SELECT max(taught_at) FROM provider_gate),
                 (SELECT max(fault_since) FROM profile WHERE fault_reason IS NOT NULL), (SELECT count(*) FROM profile WHERE fault_reason IS NOT NULL)) AS refresh,
               concat_ws(' ', (SELECT max(failed_at) FROM failed_job), (SELECT count(*) FROM failed_job)) AS queues,
               (SELECT string_agg(id::text, ' ' ORDER BY id) FROM worker WHERE beat_at > now() - interval '5 s') AS system`,
    });
    const marks = rows[0] ?? {};
    const changed = (Object.keys(marks) as LiveTopic[]).filter((topic) => marks[topic] !== this.marks[topic]);
    this.marks = marks;
    return changed.map((topic) => ({ topic, assistantId: null, id: null }));
  }
}
