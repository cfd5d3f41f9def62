import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { type StoredProfile, storedAuthorization, storedGrant, storedProfile } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { notifySettled } from '../outbox/outbox.js';
import { Waiters } from './waiters.js';

let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
const started: Waiters[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 5);
  profile = await storedProfile(pool);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((waiters) => waiters.stop()));
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Without a net: what wakes is the notification alone. */
async function start(): Promise<Waiters> {
  const waiters = new Waiters(database.url, { query: () => new Promise(() => undefined) } as unknown as pg.Pool);
  started.push(waiters);
  await waiters.start();
  return waiters;
}

/** Its LISTEN connection says nothing: as if it were half open. */
async function deaf(): Promise<Waiters> {
  const waiters = new Waiters(database.url, pool);
  started.push(waiters);
  const { listener } = waiters as unknown as { listener: { start(): Promise<void> } };
  listener.start = () => Promise.resolve();
  await waiters.start();
  return waiters;
}

const settle = (id: string) => pool.query(`UPDATE "grant" SET version = version + 1 WHERE id = $1`, [id]);
const grant = async (): Promise<string> => (await storedGrant(pool, profile)).id;

describe('waiting for a settle', () => {
  it('ends at once with it, for all who wait for it and for nobody else', async () => {
    const waiters = await start();
    const [id, other] = [randomUUID(), randomUUID()];
    const tickets = Array.from({ length: 100 }, () => waiters.register(id));
    const unmoved = waiters.register(other);
    const woken = Promise.all(tickets.map((ticket) => ticket.within(5_000)));
    await notifySettled(pool, [randomUUID(), id]);
    expect(await woken).toEqual(Array(100).fill(true));
    expect(await unmoved.within(0)).toBe(false);
  });

  it('does not miss one that comes between registering and waiting', async () => {
    const waiters = await start();
    const id = randomUUID();
    const [ticket, witness] = [waiters.register(id), waiters.register(id)];
    const heard = witness.within(5_000);
    await notifySettled(pool, [id]);
    expect(await heard).toBe(true);
    expect(await ticket.within(0)).toBe(true);
  });

  it('can go on after each', async () => {
    const waiters = await start();
    const id = randomUUID();
    const ticket = waiters.register(id);
    for (let times = 0; times < 3; times += 1) {
      const next = ticket.within(5_000);
      await notifySettled(pool, [id]);
      expect(await next).toBe(true);
    }
    expect(await ticket.within(0)).toBe(false);
  });

  it('ends without one after its time', async () => {
    const waiters = await start();
    const startedAt = performance.now();
    expect(await waiters.register(randomUUID()).within(50)).toBe(false);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
  });

  it('leaves nothing behind once released', async () => {
    const waiters = await start();
    const tickets = Array.from({ length: 10 }, (_, index) => waiters.register(`${index % 3}`));
    expect(waiters.size).toBe(10);
    for (const ticket of tickets) ticket.release();
    expect(waiters.size).toBe(0);
  });

  it('ends when the process stops; who begins to wait after that is soon sent to read for himself', async () => {
    const waiters = await start();
    const ticket = waiters.register(randomUUID());
    const waiting = ticket.within(60_000);
    await waiters.stop();
    await waiting;
    const startedAt = performance.now();
    expect(await ticket.within(60_000)).toBe(false);
    expect(await waiters.register(randomUUID()).within(60_000)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('a settle whose notification is lost', () => {
  it('while the connection is cut is found when it is back', async () => {
    const waiters = await start();
    const ticket = waiters.register(randomUUID());
    const woken = ticket.within(5_000);
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'grantkeeper-listen' AND datname = current_database()`,
    );
    expect(await woken).toBe(true);
  });

  it('is found by the net, whichever kind of row it moved', async () => {
    const waiters = await deaf();
    const [grantId, authorizationId] = [await grant(), await storedAuthorization(pool, profile)];
    const { rows } = await pool.query(
      `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins) VALUES (gen_random_uuid(), $1, $2, $3, '{}') RETURNING id`,
      [profile.assistantId, profile.id, grantId],
    );
    const tickets = [grantId, authorizationId, rows[0].id as string].map((id) => waiters.register(id));
    await Promise.all(tickets.map((ticket) => ticket.within(1_000))); // the first cast
    const woken = Promise.all(tickets.map((ticket) => ticket.within(5_000)));
    await settle(grantId);
    await pool.query(`UPDATE "authorization" SET state = 'denied' WHERE id = $1`, [authorizationId]);
    await pool.query(`UPDATE revocation SET state = 'revoked' WHERE id = $1`, [rows[0].id]);
    expect(await woken).toEqual([true, true, true]);
  });

  it('is found by the net also when it came before the net was first cast', async () => {
    const waiters = await deaf();
    const id = await grant();
    const ticket = waiters.register(id); // and now its state is read, and then:
    await settle(id);
    expect(await ticket.within(5_000)).toBe(true);
  });

  it('is found by the net also when its row is gone by then', async () => {
    const waiters = await deaf();
    const id = await grant();
    const ticket = waiters.register(id);
    await ticket.within(1_000); // the first cast
    const woken = ticket.within(5_000);
    await pool.query('DELETE FROM "grant" WHERE id = $1', [id]);
    expect(await woken).toBe(true);
  });

  it('does not wake anybody twice: the net is quiet while nothing moves', async () => {
    const waiters = await deaf();
    const ticket = waiters.register(await grant());
    await ticket.within(1_000); // the first cast
    expect(await ticket.within(800)).toBe(false);
  });
});
