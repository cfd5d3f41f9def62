import { randomBytes } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { keyVersionOf, sealWith } from '../crypto/sealing.js';
import { createPool } from '../database/pool.js';
import { headerBytes, headerOf, sealedTables, versionIn } from './sealed-columns.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 1);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('the list of sealed columns', () => {
  it('holds every column of bytes in the schema, but hashes and wrapped data keys', async () => {
    const { rows } = await pool.query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type = 'bytea' AND column_name !~ '(^|_)(hash|challenge)$' AND column_name <> 'wrapped' ORDER BY 1`,
    );
    const listed = sealedTables.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column}`));
    expect(listed.sort()).toEqual(rows.map(({ name }) => name));
  });
});

describe('a header', () => {
  it('is how a value sealed under that version begins', () => {
    for (const version of [1, 2, 255, 65_536, 2 ** 31]) {
      const sealed = sealWith(randomBytes(32), version, 'place', Buffer.from('token'));
      expect(sealed.subarray(0, headerBytes)).toEqual(headerOf(version));
      expect(versionIn(headerOf(version))).toBe(keyVersionOf(sealed));
    }
  });

  it('of another format, or cut short, names no version', () => {
    expect(versionIn(Buffer.from([2, 0, 0, 0, 1]))).toBeNull();
    expect(versionIn(Buffer.from([1, 0, 0]))).toBeNull();
  });
});
