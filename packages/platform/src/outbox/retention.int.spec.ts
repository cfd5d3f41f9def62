import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { inSeconds, storedAuthorization, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import { forgetOld, keepPartitions } from './retention.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 10);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Every partition's name, the default one last. */
async function partitions(): Promise<string[]> {
  const { rows } = await pool.query<{ relname: string }>(
    `SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'hand_out'::regclass ORDER BY c.relname = 'hand_out_rest', c.relname`,
  );
  return rows.map(({ relname }) => relname);
}

/** A day's partition, so many days from today by UTC. */
async function partitionOf(days: number): Promise<string> {
  const { rows } = await pool.query<{ name: string }>(
    `SELECT 'hand_out_' || to_char((now() AT TIME ZONE 'UTC')::date + $1::int, 'YYYYMMDD') AS name`,
    [days],
  );
  return rows[0]?.name ?? '';
}
const daysAhead = (from: number, to: number): Promise<string[]> =>
  Promise.all(Array.from({ length: to - from + 1 }, (_, index) => partitionOf(from + index)));

async function handOut(days: number): Promise<string> {
  const { rows } = await pool.query<{ stored: string }>(
    `INSERT INTO hand_out (at, assistant_id, runtime_key_id, profile_id, grant_id, token_version, user_id)
     SELECT now() + make_interval(days => $1), u, u, u, u, 1, 'someone' FROM (SELECT gen_random_uuid() AS u) u RETURNING tableoid::regclass::text AS stored`,
    [days],
  );
  return rows[0]?.stored ?? '';
}

describe('partitions of hand-outs', () => {
  it('are there from the first migration for today and 30 days, with one for the rest', async () => {
    expect(await partitions()).toEqual([...(await daysAhead(0, 30)), 'hand_out_rest']);
  });

  it('take a hand-out of their day; what lies outside all of them is kept as well', async () => {
    expect(await handOut(0)).toBe(await partitionOf(0));
    expect(await handOut(30)).toBe(await partitionOf(30));
    expect(await handOut(31)).toBe('hand_out_rest');
    expect(await handOut(4000)).toBe('hand_out_rest');
    await pool.query('DELETE FROM hand_out_rest');
  });

  it('that are missing are made, once, by any number of workers at once', async () => {
    for (const day of await daysAhead(20, 30)) await pool.query(`DROP TABLE ${day}`);
    await Promise.all(Array.from({ length: 8 }, () => keepPartitions(pool)));
    expect(await partitions()).toEqual([...(await daysAhead(0, 30)), 'hand_out_rest']);
    expect(await handOut(25)).toBe(await partitionOf(25));
  });

  it('that cannot be made, because the day already has hand-outs elsewhere, do not keep the others from being made', async () => {
    for (const day of await daysAhead(28, 30)) await pool.query(`DROP TABLE ${day}`);
    expect(await handOut(29)).toBe('hand_out_rest');
    await keepPartitions(pool);
    expect(await partitions()).toEqual([...(await daysAhead(0, 28)), await partitionOf(30), 'hand_out_rest']);
    await pool.query('DELETE FROM hand_out_rest');
    await keepPartitions(pool);
    expect(await partitions()).toContain(await partitionOf(29));
  });

  it('are dropped after 90 days and not before; so is what was kept outside them', async () => {
    const { rows } = await pool.query<{ day: string; next: string }>(
      `SELECT d::text AS day, (d + 1)::text AS next FROM unnest(ARRAY[90, 91, 200]) n, LATERAL (SELECT (now() AT TIME ZONE 'UTC')::date - n AS d) x`,
    );
    for (const { day, next } of rows) {
      await pool.query(
        `CREATE TABLE hand_out_${day.replaceAll('-', '')} PARTITION OF hand_out FOR VALUES FROM ('${day} 00:00+00') TO ('${next} 00:00+00')`,
      );
    }
    expect(await handOut(-89)).toBe('hand_out_rest');
    expect(await handOut(-95)).toBe('hand_out_rest');
    await keepPartitions(pool);
    expect(await partitions()).toEqual([await partitionOf(-90), ...(await daysAhead(0, 30)), 'hand_out_rest']);
    expect((await pool.query('SELECT count(*) FROM hand_out_rest')).rows).toEqual([{ count: 1 }]);
  });

  it('that wait for a long report keep no hand-out waiting behind them, and are made the next time', async () => {
    await pool.query(`DROP TABLE ${await partitionOf(30)}`);
    const done: string[] = [];
    await inTransaction(pool, async (report) => {
      await report.query('SELECT count(*) FROM hand_out');
      const keeping = keepPartitions(pool).then(
        () => done.push('kept'),
        () => done.push('given up'),
      );
      await eventually(async () => {
        const { rowCount } = await pool.query(
          'SELECT FROM pg_locks WHERE NOT granted AND relation IS NOT NULL AND database = (SELECT oid FROM pg_database WHERE datname = current_database())',
        );
        expect(rowCount).toBe(1); // the locks are asked for
      });
      expect(await handOut(0)).toBe(await partitionOf(0));
      done.push('handed out');
      await keeping;
    });
    expect(done).toEqual(['handed out', 'given up']);
    await keepPartitions(pool);
    expect(await partitions()).toContain(await partitionOf(30));
  });
});

describe('what is forgotten or deleted with its profile', () => {
  it.each([
    ['DELETE FROM "grant" WHERE profile_id = gen_random_uuid()', 'grant_of_profile'],
    [`SELECT FROM "grant" WHERE status = 'ended' AND ended_at < now()`, 'grant_ended'],
    ['DELETE FROM revocation WHERE profile_id = gen_random_uuid()', 'revocation_of_profile'],
    ['DELETE FROM revocation WHERE settled_at < now()', 'revocation_settled'],
    ['DELETE FROM callback_form WHERE profile_id = gen_random_uuid()', 'callback_form_of_profile'],
    ['DELETE FROM "authorization" WHERE ended_at < now()', 'authorization_ended'],
    ['DELETE FROM event WHERE at < now()', 'event_at'],
    ['DELETE FROM test_run WHERE created_at < now()', 'Bitmap Index Scan on test_run_'],
    ['DELETE FROM test_run WHERE profile_id = gen_random_uuid()', 'test_run_of_profile'],
    ['DELETE FROM "authorization" WHERE test_run_id = gen_random_uuid()', 'authorization_of_test_run'],
  ])('%s can be found by an index', async (statement, index) => {
    const plan = await inTransaction(pool, async (client) => {
      await client.query('SET LOCAL enable_seqscan = off');
      return (await client.query(`EXPLAIN ${statement.replace('gen_random_uuid()', `'${randomUUID()}'`)}`)).rows;
    });
    expect(JSON.stringify(plan)).toContain(index);
  });
});

describe('what nobody asks for any more', () => {
  it('is forgotten after its time, and nothing else is', async () => {
    const profile = await storedProfile(pool);
    const days = (count: number) => inSeconds(count * 86_400);
    const [over, justOver] = [
      await storedAuthorization(pool, profile, { state: 'expired', ended_at: days(-31) }),
      await storedAuthorization(pool, profile, { state: 'expired', ended_at: days(-29) }),
    ];
    const open = await storedAuthorization(pool, profile, { created_at: days(-31), expires_at: days(-31) });
    await pool.query(
      `INSERT INTO event (stream, type, payload, actor, correlation_id, at) SELECT n::text, 't', '{}', 'worker', 'c', now() - make_interval(days => n) FROM unnest(ARRAY[401, 399]) n`,
    );
    await pool.query(`INSERT INTO job (id, event_id, name, payload, correlation_id, queued_at, created_at)
      SELECT gen_random_uuid(), 1, n, '{}', 'c', q, now() - interval '9 days' FROM (VALUES ('queued long ago', now() - interval '25 hours'), ('queued', now() - interval '23 hours'), ('unqueued', NULL)) v(n, q)`);
    await pool.query(
      `INSERT INTO idempotency (actor, key, request_hash, created_at) VALUES ('a', 'old', '', now() - interval '25 hours'), ('a', 'new', '', now())`,
    );
    await pool.query(
      `INSERT INTO callback_form (id, handle_hash, assistant_id, profile_id, sealed, expires_at)
       SELECT gen_random_uuid(), e::text::bytea, $1, $2, '', now() + make_interval(secs => e) FROM unnest(ARRAY[-1, 60]) e`,
      [profile.assistantId, profile.id],
    );
    const operator = randomUUID();
    await pool.query(`INSERT INTO operator (id, email, password_hash, role) VALUES ($1, 'a@example.com', '', 'admin')`, [
      operator,
    ]);
    await pool.query(
      `INSERT INTO operator_session (hash, operator_id, expires_at) SELECT e::text::bytea, $1, now() + make_interval(secs => e) FROM unnest(ARRAY[-1, 60]) e`,
      [operator],
    );

    await pool.query(
      `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, state, settled_at, created_at)
       SELECT gen_random_uuid(), $1, $2, gen_random_uuid(), ARRAY[n::text], s, CASE WHEN s = 'revoked' THEN now() - make_interval(days => n) END, now() - interval '99 days'
       FROM (VALUES (29, 'revoked'), (31, 'revoked'), (0, 'pending')) v(n, s)`,
      [profile.assistantId, profile.id],
    );

    const ended = (at: object) => ({ status: 'ended', hand_out: null, refresh_token: null, ended_at: at });
    const [endedLongAgo, endedEarlier, stillRevoked] = [
      await storedGrant(pool, profile, ended(days(-401))),
      await storedGrant(pool, profile, ended(days(-399))),
      await storedGrant(pool, profile, ended(days(-401))),
    ];
    const living = await storedGrant(pool, profile, { consented_at: days(-500) });
    await pool.query(`UPDATE revocation SET grant_id = $1 WHERE state = 'pending'`, [stillRevoked.id]);

    await forgetOld(pool);

    const left = async (what: string): Promise<unknown[]> => (await pool.query(what)).rows.flatMap(Object.values);
    expect(await left('SELECT id FROM "authorization" ORDER BY ended_at')).toEqual([justOver, open]);
    expect(over).not.toBe(justOver);
    expect(await left('SELECT origins[1] FROM revocation ORDER BY 1')).toEqual(['0', '29']);
    expect((await left('SELECT id FROM "grant"')).sort()).toEqual([endedEarlier.id, stillRevoked.id, living.id].sort());
    expect(await left('SELECT id FROM "grant"')).not.toContain(endedLongAgo.id);
    expect(await left('SELECT stream FROM event')).toEqual(['399']);
    expect(await left('SELECT name FROM job ORDER BY name')).toEqual(['queued', 'unqueued']);
    expect(await left('SELECT key FROM idempotency')).toEqual(['new']);
    expect(await left('SELECT count(*) FROM callback_form')).toEqual([1]);
    expect(await left('SELECT count(*) FROM operator_session')).toEqual([1]);
  });
});
