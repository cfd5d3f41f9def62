import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { type StoredProfile, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { Flights } from '../flights/flights.js';
import { deferRefreshes } from './defer-refreshes.js';
import { RefreshFlights } from './refresh-flights.js';

const grants = 20_000;
const asked = 10;

let database: FreshDatabase;
/** One connection, so that its counts are told before they are looked at. */
let pool: pg.Pool;
let profile: StoredProfile;
let flights: RefreshFlights;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 1);
  await pool.query('ALTER TABLE "grant" SET (autovacuum_enabled = false)'); // no statistics, as after a restore
  profile = await storedProfile(pool, { definition: JSON.stringify({ advanced: {} }) });
  await pool.query(
    `INSERT INTO "grant" (id, assistant_id, profile_id, user_id, account, status, hand_out, refresh_token, lifetime_seconds, issued_at, expires_at, due_at, origins, client_id, authorization_id)
     SELECT gen_random_uuid(), $1, $2, 'user-' || n, 'default', 'active', '\\x00', '\\x00', 3600, now() - interval '1 h', now() + interval '1 min', now() - interval '1 s' * n / 1000, '{}', 'client', gen_random_uuid()
     FROM generate_series(1, $3::int) n`,
    [profile.assistantId, profile.id, grants],
  );
  flights = new RefreshFlights(pool, new Flights());
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** How many rows of grants PostgreSQL looked at for this. */
async function lookedAt(work: () => Promise<unknown>): Promise<number> {
  const count = async (): Promise<number> => {
    await pool.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await pool.query(
      `SELECT seq_tup_read + (SELECT sum(pg_stat_get_tuples_fetched(indexrelid)) FROM pg_index WHERE indrelid = relid) + coalesce(idx_tup_fetch, 0) AS count
       FROM pg_stat_user_tables WHERE relname = 'grant'`,
    );
    return Number(rows[0].count);
  };
  const before = await count();
  await work();
  return (await count()) - before;
}

const someIds = async (): Promise<string[]> =>
  (await pool.query<{ id: string }>('SELECT id FROM "grant" ORDER BY id LIMIT $1', [asked])).rows.map(({ id }) => id);

describe('a backlog of refreshes at one profile', () => {
  it('makes none of its refreshes look at the others, also before PostgreSQL has statistics of them', async () => {
    const ids = await someIds();
    const read = () => Promise.all(ids.map((id) => flights.read(id, 1)));
    const reads = await read();
    expect(reads.filter((one) => one === null)).toEqual([]);
    expect(await lookedAt(read)).toBeLessThan(10 * asked);

    const trials = reads.flatMap((one) => (one ? [{ read: one, attempt: randomUUID(), correlationId: 'test' }] : []));
    const marking = () => Promise.all(trials.map((trial) => flights.mark(trial)));
    expect(await lookedAt(marking)).toBeLessThan(10 * asked);

    const deferring = () =>
      deferRefreshes(
        pool,
        ids.map((grantId) => ({ grantId, version: 1, seconds: 1, closedBy: null })),
      );
    expect(await lookedAt(deferring)).toBeLessThan(10 * asked);
  });
});
