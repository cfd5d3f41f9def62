import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { storedAssistant } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { JobRow } from '../outbox/outbox.js';
import { createDataSource } from './data-source.js';
import { Listener } from './listener.js';
import { createPool } from './pool.js';
import { type Context, type Transaction, UnitOfWork } from './unit-of-work.js';

let database: FreshDatabase;
let pool: pg.Pool;
let dataSource: DataSource;
let unitOfWork: UnitOfWork;
let published: JobRow[][];
const operator: Context = {
  actor: { kind: 'operator', id: randomUUID(), role: 'admin', assistantRoles: [] },
  correlationId: 'asked-1',
};

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 4);
  dataSource = await createDataSource(database.url).initialize();
  unitOfWork = new UnitOfWork(dataSource, (jobs) => void published.push(jobs));
});
beforeEach(() => {
  published = [];
});
afterAll(async () => {
  await Promise.all([pool.end(), dataSource.destroy()]);
  await database.drop();
});

const countOf = async (table: string): Promise<number> => (await pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count;

/** A deletion asked for: one event, one job, one audit entry, one row. */
async function askDeletion({ sql, record, audit, settled }: Transaction, profileId: string): Promise<void> {
  await sql.query('INSERT INTO setting (key, value) VALUES ($1, $1)', [profileId]);
  record(`profile-${profileId}`, null, { type: 'profiles.deletion-requested.v1', profileId, revision: 2, changed: [] });
  audit({ action: 'profiles.delete', subject: `profile:${profileId}`, assistantId: null, detail: {} });
  settled(profileId);
}

describe('a unit of work', () => {
  it('stores state, event, job and audit together, and publishes the job once they are stored', async () => {
    const profileId = randomUUID();
    const result = await unitOfWork.run(operator, async (transaction) => {
      await askDeletion(transaction, profileId);
      expect(published).toEqual([]);
      return 'done';
    });

    expect(result).toBe('done');
    const { rows: events } = await pool.query('SELECT type, payload, actor, correlation_id FROM event WHERE stream = $1', [
      `profile-${profileId}`,
    ]);
    expect(events).toEqual([
      {
        type: 'profiles.deletion-requested.v1',
        payload: { profileId, revision: 2, changed: [] },
        actor: `operator:${(operator.actor as { id: string }).id}`,
        correlation_id: 'asked-1',
      },
    ]);
    const { rows: jobs } = await pool.query(
      'SELECT id, name, payload, correlation_id AS "correlationId" FROM job WHERE queued_at IS NULL',
    );
    expect(published).toEqual([jobs]);
    expect(jobs).toMatchObject([{ name: 'profiles.delete-grants', payload: { profileId }, correlationId: 'asked-1' }]);
    expect(await countOf('audit')).toBe(1);
  });

  it('that throws leaves nothing behind and publishes nothing', async () => {
    const tables = ['setting', 'event', 'job', 'audit'];
    const before = await Promise.all(tables.map(countOf));
    const failed = unitOfWork.run(operator, async (transaction) => {
      await askDeletion(transaction, randomUUID());
      throw new Error('changed my mind');
    });
    await expect(failed).rejects.toThrow('changed my mind');
    expect(await Promise.all(tables.map(countOf))).toEqual(before);
    expect(published).toEqual([]);
  });

  it('whose connection is cut before the commit leaves nothing behind and publishes nothing', async () => {
    const before = await countOf('event');
    const lost = unitOfWork.run(operator, async (transaction) => {
      await askDeletion(transaction, randomUUID());
      const { rows } = await transaction.sql.query('SELECT pg_backend_pid() AS pid');
      await pool.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
    });
    await expect(lost).rejects.toThrow();
    expect(await countOf('event')).toBe(before);
    expect(published).toEqual([]);
    await expect(unitOfWork.run(operator, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('in which a statement has failed is never taken for stored, also where the failure was overlooked', async () => {
    const before = await countOf('event');
    const failed = unitOfWork.run(operator, async (transaction) => {
      await askDeletion(transaction, randomUUID());
      await transaction.sql.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(failed).rejects.toThrow();
    const last = unitOfWork.run(operator, async ({ sql }) => {
      await sql.query(`INSERT INTO setting (key, value) VALUES ('overlooked', '')`);
      await sql.query('SELECT 1 / 0').catch(() => undefined);
    });
    await expect(last).rejects.toThrow('one of its statements had failed');
    expect(await countOf('event')).toBe(before);
    expect(published).toEqual([]);
  });

  it('gives TypeORM and plain statements the same transaction', async () => {
    const assistantId = await storedAssistant(pool);
    await unitOfWork.run(operator, async ({ manager, sql }) => {
      await manager.query('UPDATE assistant SET name = $2 WHERE id = $1', [assistantId, `renamed ${assistantId}`]);
      const { rows } = await sql.query('SELECT name FROM assistant WHERE id = $1', [assistantId]);
      expect(rows).toEqual([{ name: `renamed ${assistantId}` }]);
    });
  });

  it('keeps events in the order in which they were recorded', async () => {
    const stream = `profile-${randomUUID()}`;
    await unitOfWork.run(operator, async ({ record }) => {
      for (let revision = 1; revision <= 50; revision += 1)
        record(stream, null, { type: 'profiles.enabled.v1', profileId: randomUUID(), revision, changed: [] });
    });
    const { rows } = await pool.query(`SELECT (payload->>'revision')::int AS revision FROM event WHERE stream = $1 ORDER BY id`, [
      stream,
    ]);
    expect(rows.map(({ revision }) => revision)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
  });

  it('wakes those who wait at the commit and not before, each id once, however many there are', async () => {
    const heard: string[] = [];
    const listener = new Listener(database.url, { gk_settled: (ids) => heard.push(...ids.split(',')) });
    await listener.start();
    const ids = Array.from({ length: 450 }, () => randomUUID());
    await unitOfWork.run(operator, async ({ settled }) => {
      for (const id of [...ids, ...ids]) settled(id);
      await pool.query(`SELECT pg_notify('gk_settled', 'meanwhile')`);
      await eventually(() => expect(heard).toEqual(['meanwhile']));
    });
    await eventually(() => expect(heard.slice(1).sort()).toEqual([...ids].sort()));
    await listener.stop();
  });
});
