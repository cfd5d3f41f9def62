import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import {
  columnOf,
  type StoredProfile,
  storedAuthorization,
  storedGrant,
  storedProfile,
} from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { KeyRing } from '../crypto/key-ring.js';
import { keyVersionOf } from '../crypto/sealing.js';
import { Vault } from '../crypto/vault.js';
import { createPool } from '../database/pool.js';
import { verifyAudit } from '../operators/audit.store.js';
import { countSealed } from './key-use.view.js';
import { type RewrapOptions, type RewrapProgress, rewrapValues } from './rewrap-values.js';
import { rotateDataKeys } from './rotate-data-keys.js';
import { placeIn, sealedTables } from './sealed-columns.js';

const actor = 'operator:cli';
const ring = KeyRing.read(`one:${randomBytes(32).toString('base64')}`);
let database: FreshDatabase;
let pool: pg.Pool;
let profile: StoredProfile;
let vault: Vault;

const tableOf = (name: string) => {
  const table = sealedTables.find((one) => one.name === name);
  if (!table) throw new Error(`${name} holds nothing sealed`);
  return table;
};
const sealedFor = (table: string, row: string, field: string, plain = `${table} ${field} ${row}`): Promise<Buffer> =>
  vault.seal(profile.assistantId, placeIn(tableOf(table), row, field), plain);
const rewrap = (options: Partial<RewrapOptions> = {}) =>
  rewrapValues(pool, ring, actor, { assistantId: profile.assistantId, valuesPerSecond: 0, ...options });
const rotate = () => rotateDataKeys(pool, ring, actor, [profile.assistantId]);

async function aGrant(): Promise<string> {
  const id = randomUUID();
  await storedGrant(pool, profile, {
    id,
    hand_out: await sealedFor('grant', id, 'hand_out', '1'),
    refresh_token: await sealedFor('grant', id, 'refresh_token', '1'),
  });
  return id;
}
const grants = (count: number): Promise<string[]> => Promise.all(Array.from({ length: count }, aGrant));

/** The versions that this assistant's values are under. */
async function versionsInUse(): Promise<(number | null)[]> {
  return [...new Set((await countSealed(pool, profile.assistantId)).map(({ version }) => version))].sort();
}

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 20);
});
beforeEach(async () => {
  vault = new Vault(pool, ring);
  profile = await storedProfile(pool);
});
afterAll(async () => {
  expect(await verifyAudit(pool)).toMatchObject({ intact: true });
  await pool.end();
  await database.drop();
});

describe('a rewrap', () => {
  it('moves every sealed column of every table to the current data key, and nothing else', async () => {
    const [grantId] = (await grants(1)) as [string];
    const authorizationId = await storedAuthorization(pool, profile);
    const [revocationId, formId] = [randomUUID(), randomUUID()];
    const inputs = await vault.seal(profile.assistantId, { table: 'grant', row: grantId, field: 'inputs' }, '1');
    await pool.query('UPDATE "grant" SET inputs = $2 WHERE id = $1', [grantId, inputs]);
    await pool.query(
      `INSERT INTO revocation (id, assistant_id, profile_id, grant_id, origins, hand_out, refresh_token, inputs)
       SELECT $2, assistant_id, profile_id, id, origins, hand_out, refresh_token, inputs FROM "grant" WHERE id = $1`,
      [grantId, revocationId],
    );
    await pool.query(
      `INSERT INTO callback_form (id, handle_hash, assistant_id, profile_id, sealed, expires_at) VALUES ($1, $2, $3, $4, $5, now() + interval '1 h')`,
      [formId, randomBytes(32), profile.assistantId, profile.id, await sealedFor('callback_form', formId, 'sealed')],
    );
    for (const [table, id] of [
      ['profile', profile.id],
      ['authorization', authorizationId],
    ] as const)
      for (const field of tableOf(table).columns)
        await pool.query(`UPDATE "${table}" SET ${field} = $2 WHERE id = $1`, [id, await sealedFor(table, id, field)]);
    const rows: [string, string, string][] = [
      ['profile', profile.id, profile.id],
      ['grant', grantId, grantId],
      ['revocation', revocationId, grantId],
      ['authorization', authorizationId, authorizationId],
      ['callback_form', formId, formId],
    ];
    const others = ([table, id]: [string, string, string]) =>
      columnOf(pool, table, id, `to_jsonb("${table}") - '{${tableOf(table).columns.join(',')}}'::text[]`);
    const before = await Promise.all(rows.map(others));
    await rotate();

    expect(await rewrap()).toMatchObject({ finished: true, total: 13, rewrapped: 13, skipped: 0, failed: 0, remaining: 0 });

    expect(await Promise.all(rows.map(others))).toEqual(before);
    for (const [name, id, placeRow] of rows) {
      for (const field of tableOf(name).columns) {
        const sealed = await columnOf<Buffer>(pool, name, id, field);
        expect(keyVersionOf(sealed)).toBe(2);
        const plain = tableOf(name).placeTable === 'grant' ? '1' : `${name} ${field} ${id}`;
        expect(await vault.open(profile.assistantId, placeIn(tableOf(name), placeRow, field), sealed)).toBe(plain);
      }
    }
    expect(await rewrap()).toMatchObject({ finished: true, total: 0, processed: 0 });
  });

  it('loses no refresh and breaks no read that goes on meanwhile', async () => {
    const ids = await grants(120);
    const written = new Map(ids.map((id) => [id, 1]));
    let done = false;
    let refreshes = 0;
    const refreshing = (async () => {
      const other = new Vault(pool, ring);
      for (; !done; refreshes += 1) {
        const id = ids[Math.floor(Math.random() * ids.length)] as string;
        const next = (written.get(id) as number) + 1;
        const place = placeIn(tableOf('grant'), id, 'hand_out');
        const stored = await pool.query(
          'UPDATE "grant" SET hand_out = $3, version = version + 1 WHERE id = $1 AND version = $2',
          [id, next - 1, await other.seal(profile.assistantId, place, `${next}`)],
        );
        expect(stored.rowCount).toBe(1);
        written.set(id, next);
      }
    })();
    const reader = new Vault(pool, ring);
    let reads = 0;
    const reading = (async () => {
      for (; !done; reads += 1) {
        const id = ids[reads % ids.length] as string;
        const { rows } = await pool.query('SELECT version, hand_out, refresh_token FROM "grant" WHERE id = $1', [id]);
        const open = (field: string) => reader.open(profile.assistantId, placeIn(tableOf('grant'), id, field), rows[0][field]);
        expect(await open('hand_out')).toBe(`${rows[0].version}`);
        expect(await open('refresh_token')).toBe('1');
      }
    })();

    for (let round = 0; round < 5; round += 1) {
      await rotate();
      await Promise.all([rewrap(), rewrap()]);
    }
    done = true;
    await Promise.all([refreshing, reading]);
    await rewrap();

    expect(await versionsInUse()).toEqual([6]);
    for (const [id, version] of written) {
      expect(await columnOf<number>(pool, 'grant', id, 'version')).toBe(version);
      const sealed = await columnOf<Buffer>(pool, 'grant', id, 'hand_out');
      expect(await vault.open(profile.assistantId, placeIn(tableOf('grant'), id, 'hand_out'), sealed)).toBe(`${version}`);
    }
    expect(reads).toBeGreaterThan(0);
    expect(refreshes).toBeGreaterThan(0);
  });

  it('that is stopped goes on where it stopped, and shows how far it is', async () => {
    await grants(30);
    await rotate();
    const stop = new AbortController();
    const told: RewrapProgress[] = [];
    const first = await rewrap({
      valuesPerSecond: 40,
      signal: stop.signal,
      onProgress: (progress) => {
        told.push(progress);
        if (progress.processed >= 20) stop.abort();
      },
    });
    expect(first).toMatchObject({ finished: false, total: 60, rewrapped: 20, remaining: 40 });
    expect(told).toEqual([{ table: 'grant', total: 60, processed: 20, rewrapped: 20, skipped: 0, failed: 0 }]);
    expect(await rewrap()).toMatchObject({ finished: true, total: 40, rewrapped: 40, remaining: 0 });
  });

  it('is no faster than it is told', async () => {
    await grants(20);
    await rotate();
    expect((await rewrap({ valuesPerSecond: 80 })).seconds).toBeGreaterThanOrEqual(0.5);
  });

  it('done by two at once moves every value once', async () => {
    await grants(300);
    await rotate();
    const both = await Promise.all([rewrap(), rewrap()]);
    expect(both.map(({ finished }) => finished)).toEqual([true, true]);
    expect(both.reduce((sum, { rewrapped }) => sum + rewrapped, 0)).toBe(600);
    expect(await versionsInUse()).toEqual([2]);
  });

  it('leaves values under a version that came after it began', async () => {
    const [early, late] = (await grants(2)) as [string, string];
    await rotate();
    const changing = rewrap({ valuesPerSecond: 4, onProgress: () => undefined });
    await rotate();
    const sealed = await new Vault(pool, ring).seal(profile.assistantId, placeIn(tableOf('grant'), late, 'hand_out'), 'newest');
    await pool.query('UPDATE "grant" SET hand_out = $2, version = version + 1 WHERE id = $1', [late, sealed]);
    expect(await changing).toMatchObject({ finished: true, failed: 0 });
    expect(await columnOf<Buffer>(pool, 'grant', late, 'hand_out')).toEqual(sealed);
    expect(keyVersionOf(await columnOf<Buffer>(pool, 'grant', early, 'hand_out'))).toBeGreaterThan(1);
  });
});

describe('a value that does not open', () => {
  it.each([
    {
      what: 'with a changed byte',
      change: (bytes: Buffer) => bytes.writeUInt8(bytes.readUInt8(33) ^ 1, 33),
      reason: /does not open/,
    },
    { what: 'of another format', change: (bytes: Buffer) => bytes.writeUInt8(9, 0), reason: /no sealed value/ },
    {
      what: 'that names a data key which does not exist',
      change: (bytes: Buffer) => bytes.writeUInt32BE(77, 1),
      reason: /data key 77/,
    },
    { what: 'that is cut short', change: () => undefined, cut: 20, reason: /does not open/ },
  ])('$what is reported and left as it is, and all others are moved', async ({ change, cut, reason }) => {
    const ids = (await grants(3)) as [string, string, string];
    const bytes = await columnOf<Buffer>(pool, 'grant', ids[1], 'refresh_token');
    change(bytes);
    const damaged = bytes.subarray(0, cut);
    await pool.query('UPDATE "grant" SET refresh_token = $2 WHERE id = $1', [ids[1], damaged]);
    await rotate();

    const outcome = await rewrap();

    expect(outcome).toMatchObject({ finished: true, total: 6, rewrapped: 5, failed: 1, remaining: 1 });
    expect(outcome.failures).toEqual([
      { table: 'grant', id: ids[1], column: 'refresh_token', reason: expect.stringMatching(reason) as unknown as string },
    ]);
    expect(await columnOf<Buffer>(pool, 'grant', ids[1], 'refresh_token')).toEqual(damaged);
    expect(keyVersionOf(await columnOf<Buffer>(pool, 'grant', ids[1], 'hand_out'))).toBe(2);
  });

  it('because it was copied from another row is not sealed anew for this one', async () => {
    const [from, to] = (await grants(2)) as [string, string];
    const stolen = await columnOf<Buffer>(pool, 'grant', from, 'refresh_token');
    await pool.query('UPDATE "grant" SET refresh_token = $2 WHERE id = $1', [to, stolen]);
    await rotate();
    expect(await rewrap()).toMatchObject({ rewrapped: 3, failed: 1, failures: [{ id: to, column: 'refresh_token' }] });
    expect(await columnOf<Buffer>(pool, 'grant', to, 'refresh_token')).toEqual(stolen);
  });
});

describe('a row that somebody holds', () => {
  it('is passed over without waiting, and left for the next run', async () => {
    const ids = (await grants(3)) as [string, string, string];
    await rotate();
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM "grant" WHERE id = $1 FOR UPDATE', [ids[0]]);
    expect(await rewrap()).toMatchObject({ finished: true, rewrapped: 4, skipped: 2, failed: 0, remaining: 2 });
    await client.query('ROLLBACK');
    client.release();
    expect(await rewrap()).toMatchObject({ finished: true, total: 2, rewrapped: 2, remaining: 0 });
  });
});
