import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import { appendEvents, type Entry, markQueued, takeUnqueued } from './outbox.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
});
afterEach(() => pool.query('TRUNCATE event, job'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** An event that asks for a job, or one that asks for none. */
function entry(withJob = true): Entry {
  const grantId = randomUUID();
  const event = withJob
    ? ({ type: 'grants.refresh-wanted.v1', grantId, profileId: randomUUID(), version: 1 } as const)
    : ({ type: 'grants.reconnect-required.v1', grantId, profileId: randomUUID(), version: 1, reason: 'invalid_grant' } as const);
  return { stream: `grant-${grantId}`, event, assistantId: null, actor: 'worker', correlationId: `asked-${grantId}` };
}

describe('appending', () => {
  it('stores each event’s jobs with that event, and answers those that PostgreSQL now holds', async () => {
    const entries = [entry(false), entry(), entry(false), entry()];
    const answered = await inTransaction(pool, (client) => appendEvents(client, entries));

    const { rows } = await pool.query(
      'SELECT j.id, j.name, j.payload, j.correlation_id AS "correlationId", e.stream FROM job j JOIN event e ON e.id = j.event_id ORDER BY e.id',
    );
    expect(rows.map(({ stream: _, ...job }) => job)).toEqual(answered);
    expect(rows.map(({ stream }) => stream)).toEqual([entries[1]?.stream, entries[3]?.stream]);
    expect(rows.map(({ payload }) => `grant-${payload.grantId}`)).toEqual([entries[1]?.stream, entries[3]?.stream]);
  });

  it('is undone with the transaction: neither event nor job is left', async () => {
    const failed = inTransaction(pool, async (client) => {
      await appendEvents(client, [entry()]);
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow();
    expect((await pool.query('SELECT FROM event UNION ALL SELECT FROM job')).rowCount).toBe(0);
  });

  it('of nothing asks PostgreSQL nothing', async () => expect(await appendEvents(undefined as never, [])).toEqual([]));

  it('puts no secret’s name into an event or job beside what the contract names', async () => {
    await inTransaction(pool, (client) => appendEvents(client, [entry()]));
    const { rows } = await pool.query('SELECT e.payload AS event, j.payload AS job FROM event e JOIN job j ON j.event_id = e.id');
    expect(Object.keys(rows[0].event).sort()).toEqual(['grantId', 'profileId', 'version']);
    expect(Object.keys(rows[0].job).sort()).toEqual(['grantId', 'version']);
  });
});

describe('jobs that no queue has taken', () => {
  const append = (count: number) =>
    inTransaction(pool, (client) =>
      appendEvents(
        client,
        Array.from({ length: count }, () => entry()),
      ),
    );

  it('are taken by one relay each, oldest first, and by nobody once they are marked', async () => {
    const jobs = await append(10);
    await pool.query('UPDATE job SET created_at = $2 WHERE id = $1', [jobs[7]?.id, new Date(0)]);
    await inTransaction(pool, async (first) => {
      const taken = await takeUnqueued(first, 0, 5);
      expect(taken[0]).toEqual(jobs[7]);
      const others = await inTransaction(pool, (second) => takeUnqueued(second, 0, 100));
      expect([...taken, ...others].map(({ id }) => id).sort()).toEqual(jobs.map(({ id }) => id).sort());
      await markQueued(
        first,
        taken.map(({ id }) => id),
      );
    });
    const left = await inTransaction(pool, (client) => takeUnqueued(client, 0, 100));
    expect(left).toHaveLength(5);
  });

  it('are left alone for as long as their writer may still be queueing them', async () => {
    const [young, old] = await append(2);
    await pool.query('UPDATE job SET created_at = now() - $2::interval WHERE id = $1', [old?.id, '2 s']);
    const taken = await inTransaction(pool, (client) => takeUnqueued(client, 1_000, 100));
    expect(taken.map(({ id }) => id)).toEqual([old?.id]);
    expect(young?.id).toBeDefined();
  });

  it('stay unmarked when the relay that took them dies before its commit', async () => {
    await append(1);
    const died = inTransaction(pool, async (client) => {
      const taken = await takeUnqueued(client, 0, 100);
      await markQueued(
        client,
        taken.map(({ id }) => id),
      );
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect(await inTransaction(pool, (client) => takeUnqueued(client, 0, 100))).toHaveLength(1);
  });
});
