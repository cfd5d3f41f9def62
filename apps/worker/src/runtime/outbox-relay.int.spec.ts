import { randomUUID } from 'node:crypto';
import { Listener } from '@grantkeeper/platform/database/listener';
import { createPool, inTransaction } from '@grantkeeper/platform/database/pool';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { appendEvents, type JobRow, notifyWanted } from '@grantkeeper/platform/outbox/outbox';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { silent } from '../../test-fixtures/recording-host.js';
import type { Dispatcher } from './dispatcher.js';
import { OutboxRelay } from './outbox-relay.js';

let database: FreshDatabase;
let pool: SqlPool;
const relays: OutboxRelay[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 10);
});
beforeEach(() => pool.query('TRUNCATE event, job'));
afterEach(() => Promise.all(relays.splice(0).map((relay) => relay.stop())));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** A relay, and the ids of the jobs that it handed on. */
function relay(act: (rows: readonly JobRow[]) => Promise<void> = () => Promise.resolve()): {
  one: OutboxRelay;
  handed: string[];
} {
  const handed: string[] = [];
  const dispatch = async (rows: readonly JobRow[]): Promise<void> => {
    await act(rows);
    handed.push(...rows.map(({ id }) => id));
  };
  const one = new OutboxRelay(pool, { dispatch } as unknown as Dispatcher, silent);
  relays.push(one);
  return { one, handed };
}
/** Jobs whose writer could not queue them, written so long ago. */
async function left(count: number, secondsAgo = 2): Promise<string[]> {
  const jobs = await inTransaction(pool, (client) =>
    appendEvents(
      client,
      Array.from({ length: count }, () => ({
        stream: 'grant-x',
        event: { type: 'grants.refresh-wanted.v1', grantId: randomUUID(), profileId: randomUUID(), version: 1 } as const,
        assistantId: null,
        actor: 'worker',
        correlationId: 'asked',
      })),
    ),
  );
  const ids = jobs.map(({ id }) => id);
  await pool.query('UPDATE job SET created_at = now() - make_interval(secs => $2) WHERE id = ANY($1)', [ids, secondsAgo]);
  return ids;
}
const unqueued = async (): Promise<number> =>
  (await pool.query('SELECT count(*) FROM job WHERE queued_at IS NULL')).rows[0].count;

describe('a job that no queue took', () => {
  it('is queued once by two relays at once, however many there are', async () => {
    const ids = await left(950);
    const [first, second] = [relay(), relay()];
    first.one.start();
    second.one.start();
    await eventually(async () => expect(await unqueued()).toBe(0));
    expect([...first.handed, ...second.handed].sort()).toEqual([...ids].sort());
  });

  it('is left to its writer for a second, unless the writer says that it cannot queue it', async () => {
    const { one, handed } = relay();
    const listener = new Listener(database.url, { gk_wanted: () => one.wanted() });
    await listener.start();
    one.start();
    const [old, young] = [await left(1), await left(1, 0)];
    await eventually(() => expect(handed).toEqual(old));
    await notifyWanted(pool);
    await eventually(() => expect(handed).toEqual([...old, ...young]), { withinMs: 900 });
    await listener.stop();
  });

  it('is queued by the next relay when one was killed between the queue and the commit', async () => {
    const ids = await left(3);
    const { one, handed } = relay(async () => {
      const { rows } = await pool.query(
        `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`,
      );
      for (const { pid } of rows) if (handed.length === 0) await pool.query('SELECT pg_terminate_backend($1)', [pid]);
    });
    one.start();
    await eventually(async () => expect(await unqueued()).toBe(0));
    expect(handed.sort()).toEqual([...ids, ...ids].sort()); // at least once: the queue took them, and nobody knew
  });

  it('waits while the database is away, and is queued afterwards', async () => {
    const { one, handed } = relay();
    one.start();
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
    );
    const ids = await left(1);
    await eventually(() => expect(handed).toEqual(ids));
  });
});
