import type { ProjectedEvent, Projection } from '../projections/projection.js';

export const refreshedOutcome = 'refreshed';
const keepDays = 30;

interface Tally {
  minute: string;
  profileId: string;
  outcome: string;
  assistantId: string | null;
  count: number;
  lastAt: string;
}

/** How refreshes ended, by the minute and profile. */
export const refreshActivity: Projection = {
  name: 'refresh_activity',
  types: ['grants.refreshed.v1', 'grants.refresh-failed.v1', 'grants.reconnect-required.v1'],
  keepDays,

  async apply(sql, events) {
    const tallies = tally(events);
    const all = <T>(of: (one: Tally) => T): T[] => tallies.map(of);
    await sql.query({
      name: 'refresh-activity-add',
      text: `INSERT INTO refresh_activity AS r (minute, profile_id, outcome, assistant_id, count, last_at)
             SELECT * FROM unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::timestamptz[])
             ON CONFLICT (minute, profile_id, outcome) DO UPDATE SET count = r.count + excluded.count, last_at = greatest(r.last_at, excluded.last_at)`,
      values: [
        all(({ minute }) => minute),
        all(({ profileId }) => profileId),
        all(({ outcome }) => outcome),
        all(({ assistantId }) => assistantId),
        all(({ count }) => count),
        all(({ lastAt }) => lastAt),
      ],
    });
  },

  async clear(sql) {
    await sql.query('DELETE FROM refresh_activity');
  },

  async forget(sql) {
    await sql.query(`DELETE FROM refresh_activity WHERE minute < now() - interval '${keepDays} days'`);
  },
};

function tally(events: readonly ProjectedEvent[]): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const { at, payload, assistantId, ...event } of events) {
    const lastAt = at.toISOString();
    const minute = `${lastAt.slice(0, 16)}:00Z`;
    const profileId = String(payload.profileId);
    const outcome = outcomeOf({ ...event, payload });
    const key = [minute, profileId, outcome].join(' ');
    const known = tallies.get(key);
    if (!known) tallies.set(key, { minute, profileId, outcome, assistantId, count: 1, lastAt });
    else {
      known.count += 1;
      if (lastAt > known.lastAt) known.lastAt = lastAt;
    }
  }
  return [...tallies.values()];
}

/** A failure is told by its name, a refusal by the reason why a new consent is needed. */
function outcomeOf({ type, payload }: Pick<ProjectedEvent, 'type' | 'payload'>): string {
  if (type === 'grants.refreshed.v1') return refreshedOutcome;
  return String(type === 'grants.refresh-failed.v1' ? payload.failure : payload.reason);
}
