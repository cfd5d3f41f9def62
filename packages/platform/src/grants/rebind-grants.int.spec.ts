import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  asWorker,
  columnOf,
  inSeconds,
  type StoredProfile,
  storedGrant,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../database/data-source.js';
import { createPool, inTransaction } from '../database/pool.js';
import { UnitOfWork } from '../database/unit-of-work.js';
import { type Rebound, rebindNext, startRebind, stopRebind } from './rebind-grants.js';

const oldOrigins = ['https://old.example'];
const approved = ['https://new.example', 'https://revoke.example'];
const definition = {
  clientId: 'client',
  tokenUrl: 'https://new.example/token',
  refreshUrl: null,
  advanced: { revocationUrl: 'https://revoke.example/revoke' },
};

let database: FreshDatabase;
let pool: pg.Pool;
let dataSource: DataSource;
let unitOfWork: UnitOfWork;
let profile: StoredProfile;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 4);
  dataSource = await createDataSource(database.url, [], 2).initialize();
  unitOfWork = new UnitOfWork(dataSource, () => {});
});
beforeEach(async () => {
  profile = await storedProfile(pool, { definition: JSON.stringify(definition), rebind_queued_at: inSeconds(0) });
});
afterAll(async () => {
  await dataSource.destroy();
  await pool.end();
  await database.drop();
});

const grant = async (columns: object = {}): Promise<string> =>
  (await storedGrant(pool, profile, { origins: oldOrigins, ...columns })).id;
const rebind = (): Promise<Rebound> => asWorker(unitOfWork, (transaction) => rebindNext(transaction, profile.id));
const originsOf = (id: string) => columnOf<string[]>(pool, 'grant', id, 'origins');
const isUnderWay = () => columnOf<boolean>(pool, 'profile', profile.id, 'rebind_queued_at IS NOT NULL');

describe('an approval of origins', () => {
  it('binds living grants to them, says so for each, and is then over', async () => {
    const ids = await Promise.all([grant(), grant({ status: 'reconnect_required', reason: 'invalid_grant' })]);
    expect([await rebind(), await rebind(), await isUnderWay()]).toEqual(['some', 'all', false]);
    for (const id of ids) expect(await originsOf(id)).toEqual(approved);
    const { rows } = await pool.query(`SELECT payload FROM event WHERE type = 'grants.rebound.v1' AND stream = ANY($1)`, [
      ids.map((id) => `grant-${id}`),
    ]);
    expect(rows.map(({ payload }) => payload.origins)).toEqual([approved, approved]);
  });

  it('lets a grant work again that needed a new consent for its origins alone, with mark and version as they were', async () => {
    const mark = { attempt: randomUUID(), sent_at: inSeconds(-60), sends: 1, version: 7 };
    const id = await grant({ status: 'reconnect_required', reason: 'endpoints_changed', due_at: null, ...mark });
    const other = await grant({ status: 'reconnect_required', reason: 'outcome_unknown', due_at: null });
    await rebind();
    const [row] = (await pool.query(`SELECT *, due_at <= now() + interval '1 minute' AS due FROM "grant" WHERE id = $1`, [id]))
      .rows;
    expect(row).toMatchObject({ status: 'active', reason: null, due: true, attempt: mark.attempt, sends: 1, version: 7 });
    expect(await columnOf(pool, 'grant', other, `status || ':' || reason`)).toBe('reconnect_required:outcome_unknown');
  });

  it.each([
    ['of another client, whose tokens this one cannot use', { client_id: 'another' }],
    ['that is held', { status: 'held' }],
    ['that has ended', { status: 'ended', hand_out: null, refresh_token: null }],
  ])('leaves a grant alone %s', async (_what, columns) => {
    const id = await grant(columns);
    expect([await rebind(), await originsOf(id)]).toEqual(['all', oldOrigins]);
  });

  it('waits for no grant that somebody else has locked, and comes back for it', async () => {
    const id = await grant();
    await inTransaction(pool, async (client) => {
      await client.query('SELECT FROM "grant" WHERE id = $1 FOR UPDATE', [id]);
      expect([await rebind(), await isUnderWay()]).toEqual(['later', true]);
    });
    expect([await rebind(), await rebind(), await originsOf(id)]).toEqual(['some', 'all', approved]);
  });

  it('binds nothing once it was withdrawn, until it is given again', async () => {
    const id = await grant();
    await stopRebind(pool, profile.id);
    expect([await rebind(), await originsOf(id)]).toEqual(['all', oldOrigins]);
    await startRebind(pool, profile.id);
    expect([await rebind(), await originsOf(id)]).toEqual(['some', approved]);
  });
});
