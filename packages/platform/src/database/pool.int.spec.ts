import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { claimPorts } from '@grantkeeper/tests/support/ports';
import { TcpProxy } from '@grantkeeper/tests/support/tcp-proxy';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { answeringWithin } from './answering-client.js';
import { createDataSource } from './data-source.js';
import { createPool, inTransaction, isDatabaseAway } from './pool.js';

let database: FreshDatabase;
let pool: pg.Pool;
let admin: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 3);
  admin = createPool(database.url, 1);
  await pool.query('CREATE TABLE kept (id int PRIMARY KEY, CONSTRAINT positive CHECK (id > 0))');
});
afterAll(async () => {
  await Promise.all([pool.end(), admin.end()]);
  await database.drop();
});

const pidOf = async (sql: Pick<pg.PoolClient, 'query'>): Promise<number> =>
  (await sql.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
/** Ends a session on the server and waits until it is gone. */
async function cut(pid: number): Promise<void> {
  await admin.query('SELECT pg_terminate_backend($1)', [pid]);
  await eventually(async () =>
    expect((await admin.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount).toBe(0),
  );
}
const kept = async (): Promise<number[]> => (await admin.query('SELECT id FROM kept ORDER BY id')).rows.map(({ id }) => id);
const errorOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (error: unknown) => error,
  );

describe('a transaction', () => {
  it('keeps all or nothing, and its connection stays usable', async () => {
    const one = createPool(database.url, 1);
    try {
      await inTransaction(one, (client) => client.query('INSERT INTO kept VALUES (1)'));
      await expect(
        inTransaction(one, async (client) => {
          await client.query('INSERT INTO kept VALUES (2)');
          throw new Error('changed my mind');
        }),
      ).rejects.toThrow('changed my mind');
      await expect(inTransaction(one, (client) => client.query('INSERT INTO kept VALUES (1)'))).rejects.toMatchObject({
        code: '23505',
      });
      await inTransaction(one, (client) => client.query('INSERT INTO kept VALUES (3)'));
      expect(await kept()).toEqual([1, 3]);
    } finally {
      await one.end();
    }
  });

  it('is never said to be kept when PostgreSQL has rolled it back, as after a failure that was overlooked', async () => {
    const overlooked = inTransaction(pool, async (client) => {
      await client.query('INSERT INTO kept VALUES (10)');
      await client.query('INSERT INTO kept VALUES (-1)').catch(() => undefined);
    });
    await expect(overlooked).rejects.toThrow(/rolled back/);
    expect(await kept()).not.toContain(10);
  });

  it.each(['while idle', 'within a statement'])(
    'fails alone when its connection is cut %s; the process and the pool go on',
    async (when) => {
      const lost = inTransaction(pool, async (client) => {
        const pid = await pidOf(client);
        const sleeping = when === 'while idle' ? null : errorOf(client.query('SELECT pg_sleep(60)'));
        await cut(pid);
        await sleeping;
        await client.query('INSERT INTO kept VALUES (20)');
      });
      expect(isDatabaseAway(await errorOf(lost))).toBe(true);
      await inTransaction(pool, (client) => client.query('SELECT 1'));
      expect(await kept()).not.toContain(20);
    },
  );

  it('outlives the loss of connections that nobody uses', async () => {
    const pids = await Promise.all([1, 2, 3].map(() => inTransaction(pool, pidOf)));
    await Promise.all(pids.map(cut));
    await expect(pool.query('SELECT 1 AS one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });
});

describe('"the database is away"', () => {
  it('is said of a server that is not there', async () => {
    const [port] = await claimPorts(1);
    const nobody = createPool(`postgres://nobody@127.0.0.1:${port}/nothing`);
    expect(isDatabaseAway(await errorOf(nobody.query('SELECT 1')))).toBe(true);
    expect(isDatabaseAway(await errorOf(createDataSource(`postgres://nobody@127.0.0.1:${port}/nothing`).initialize()))).toBe(
      true,
    );
    await nobody.end();
  });

  it('is said of a server that accepts and then says nothing, and when it has no connection left for us', async () => {
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const waiting = createPool(`postgres://nobody@127.0.0.1:${(silent.address() as AddressInfo).port}/nothing`);
    const full = createPool(database.url, 1);
    const errors = await inTransaction(full, () =>
      Promise.all([errorOf(waiting.query('SELECT 1')), errorOf(full.query('SELECT 1'))]),
    );
    expect(errors.map(isDatabaseAway)).toEqual([true, true]);
    for (const socket of sockets) socket.destroy();
    silent.close();
    await Promise.all([waiting.end(), full.end()]);
  }, 10_000);

  it('is said of TypeORM’s connections too', async () => {
    const dataSource = await createDataSource(database.url).initialize();
    const lost = dataSource.transaction(async (manager) => {
      const [{ pid }] = await manager.query('SELECT pg_backend_pid() AS pid');
      await cut(pid);
      await manager.query('SELECT 1');
    });
    expect(isDatabaseAway(await errorOf(lost))).toBe(true);
    await dataSource.destroy();
  });

  it.each([
    ['a mistake in a statement', 'SELECT nothing FROM nowhere'],
    ['a value that does not fit', "SELECT 'x'::uuid"],
    ['a broken rule', 'INSERT INTO kept VALUES (-1)'],
  ])('is not said of %s', async (_what, statement) => expect(isDatabaseAway(await errorOf(pool.query(statement)))).toBe(false));

  it.each([[new Error('away')], [null], ['ECONNREFUSED']])('is not said of something else: %p', (error) =>
    expect(isDatabaseAway(error)).toBe(false),
  );
});

describe('a network that passes nothing on and says nothing', () => {
  let proxy: TcpProxy;
  let patient: pg.Pool;

  beforeEach(async () => {
    proxy = await TcpProxy.before(database.url);
    patient = createPool(proxy.through(database.url), 1, answeringWithin(500));
  });
  afterEach(async () => {
    await proxy.stop();
    await patient.end();
  });

  it('ends a statement as the database being away, and its connection; the next one has a new one', async () => {
    const before = await pidOf(patient);
    proxy.goSilent();
    const error = await errorOf(patient.query('SELECT 1'));
    expect(isDatabaseAway(error)).toBe(true);
    proxy.speak();
    expect(await pidOf(patient)).not.toBe(before);
  });

  it('ends a transaction, without waiting for its rollback', async () => {
    const startedAt = performance.now();
    const error = await errorOf(
      inTransaction(patient, async (client) => {
        await client.query('INSERT INTO kept VALUES (77)');
        proxy.goSilent();
        await client.query('SELECT 1');
      }),
    );
    expect(isDatabaseAway(error)).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    proxy.speak();
    expect(await kept()).not.toContain(77);
  });

  it('lets go of what a transaction had locked that it cut off', async () => {
    await admin.query('INSERT INTO kept VALUES (88)');
    const lost = errorOf(
      inTransaction(patient, async (client) => {
        await client.query('SELECT 1 FROM kept WHERE id = 88 FOR UPDATE');
        proxy.forget();
        await client.query('SELECT 1');
      }),
    );
    expect(isDatabaseAway(await lost)).toBe(true);
    await eventually(() => admin.query('SELECT 1 FROM kept WHERE id = 88 FOR UPDATE NOWAIT'));
  });

  it('is not what a connection is taken for that has nothing to do', async () => {
    const before = await pidOf(patient);
    const { rows } = await admin.query<{ one: number }>('SELECT 1 AS one, pg_sleep(1)');
    expect(rows).toHaveLength(1);
    expect(await pidOf(patient)).toBe(before);
  });

  it('ends a transaction of TypeORM too, and what comes after it is served', async () => {
    const source = await createDataSource(proxy.through(database.url), [], 1, answeringWithin(500)).initialize();
    const error = await errorOf(
      source.transaction(async (manager) => {
        proxy.goSilent();
        await manager.query('SELECT 1');
      }),
    );
    expect(isDatabaseAway(error)).toBe(true);
    proxy.speak();
    await eventually(async () => expect(await source.query('SELECT 1 AS one')).toEqual([{ one: 1 }]));
    await source.destroy();
  });
});
