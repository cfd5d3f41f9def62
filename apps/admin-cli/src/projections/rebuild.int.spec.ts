import { randomBytes } from 'node:crypto';
import { KeyRing } from '@grantkeeper/platform/crypto/key-ring';
import { createPool } from '@grantkeeper/platform/database/pool';
import { applyProjection } from '@grantkeeper/platform/projections/apply-projection';
import { refreshActivity } from '@grantkeeper/platform/refresh/refresh-activity.projection';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { othersOver } from '@grantkeeper/tests/support/other-databases';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type pg from 'pg';
import { exits, Misused, type Surroundings } from '../command.js';
import { rebuild } from './rebuild.js';

let database: FreshDatabase;
let pool: pg.Pool;
let surroundings: Surroundings;
beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 2);
  const ring = KeyRing.read(`k1:${randomBytes(32).toString('base64')}`);
  surroundings = { pool, ring, signal: new AbortController().signal, tell: () => undefined };
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it('projections rebuild empties the projection that is named, for workers to make it again, and is audited', async () => {
  await pool.query(
    `INSERT INTO event (stream, type, payload, actor, correlation_id)
     VALUES ('grant-x', 'grants.refreshed.v1', jsonb_build_object('profileId', gen_random_uuid()), 'worker', 'spec')`,
  );
  await othersOver(pool);
  await applyProjection(pool, refreshActivity);
  expect((await pool.query('SELECT FROM refresh_activity')).rowCount).toBe(1);

  expect(await rebuild.run({ name: 'refresh_activity' }, surroundings)).toMatchObject({ exit: exits.done });
  expect((await pool.query('SELECT FROM refresh_activity')).rowCount).toBe(0);
  expect((await pool.query(`SELECT FROM audit WHERE action = 'projections.rebuild' AND actor = 'operator:cli'`)).rowCount).toBe(
    1,
  );

  await othersOver(pool);
  await applyProjection(pool, refreshActivity);
  expect((await pool.query('SELECT FROM refresh_activity')).rowCount).toBe(1);
});

it('projections rebuild takes no other name', async () => {
  await expect(rebuild.run({ name: 'grants' }, surroundings)).rejects.toThrow(Misused);
  await expect(rebuild.run({}, surroundings)).rejects.toThrow(Misused);
});
