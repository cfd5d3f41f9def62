import type pg from 'pg';
import { inTransaction } from '../database/pool.js';
import { appendEvents } from '../outbox/outbox.js';

/** How many grants one call takes; a full batch says that there may be more. */
export const forecastBatch = 500;

/** Records, once for each token, that a refresh token is about to end; answers how many. One that is being sent just now is left: its answer may move the end. */
export function forecastRefreshTokenEnds(pool: pg.Pool): Promise<number> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string; assistant_id: string; profile_id: string; version: number; ends_at: Date }>(
      {
        name: 'forecast-refresh-token-ends',
        text: `WITH k AS MATERIALIZED (
               SELECT id FROM "grant" WHERE status = 'active' AND refresh_notice_at <= now() AND (attempt IS NULL OR sent_at < now() - interval '30 s')
               ORDER BY refresh_notice_at LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED)
             UPDATE "grant" g SET refresh_notice_at = NULL FROM k WHERE g.id = k.id
             RETURNING g.id, g.assistant_id, g.profile_id, g.version, g.refresh_ends_at AS ends_at`,
        values: [forecastBatch],
      },
    );
    await appendEvents(
      client,
      rows.map(({ id, assistant_id: assistantId, profile_id: profileId, version, ends_at: endsAt }) => ({
        stream: `grant-${id}`,
        assistantId,
        actor: 'worker',
        correlationId: `sweep-${id}`,
        event: {
          type: 'grants.refresh-token-ending.v1',
          grantId: id,
          profileId,
          version,
          refreshTokenEndsAt: endsAt.toISOString(),
        },
      })),
    );
    return rows.length;
  });
}
