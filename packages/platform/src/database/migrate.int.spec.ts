import { randomBytes } from 'node:crypto';
import { freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { migrate } from './migrate.js';
import { createPool } from './pool.js';

let admin: pg.Pool;
let drop: () => Promise<void>;
let adminUrl: string;

beforeAll(async () => {
  ({ url: adminUrl, drop } = await freshDatabase());
  admin = createPool(adminUrl, 1);
});
afterAll(async () => {
  await admin.end();
  await drop();
});

/** Runs `work` on a database without any table. */
async function onEmptyDatabase(work: (url: string) => Promise<void>): Promise<void> {
  const name = `gk_${randomBytes(8).toString('hex')}`;
  await admin.query(`CREATE DATABASE ${name} TEMPLATE template0`);
  try {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    await work(url.href);
  } finally {
    await admin.query(`DROP DATABASE ${name} WITH (FORCE)`);
  }
}

describe('migrating', () => {
  it('is done once, whoever of six processes comes first, and leaves nothing to do the next time', () =>
    onEmptyDatabase(async (url) => {
      const done = await Promise.all(Array.from({ length: 6 }, () => migrate(url)));
      expect(done.flat()[0]).toBe('Foundation1795300000001');
      expect(new Set(done.flat()).size).toBe(done.flat().length);
      expect(await migrate(url)).toEqual([]);
    }));

  it('that fails leaves nothing half done, and does not stand in the way of the next try', () =>
    onEmptyDatabase(async (url) => {
      const pool = createPool(url, 1);
      await pool.query('CREATE TABLE idempotency (in_the_way int)'); // what the migration makes last
      await expect(migrate(url)).rejects.toThrow(/already exists/);
      expect((await pool.query(`SELECT to_regclass('assistant') AS made`)).rows).toEqual([{ made: null }]);
      await pool.query('DROP TABLE idempotency');
      expect(await migrate(url)).toContain('Foundation1795300000001');
      await pool.end();
    }));
});
