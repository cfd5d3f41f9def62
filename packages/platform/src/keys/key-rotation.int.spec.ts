import { randomBytes } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { storedAssistant } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { readWrappedKeys } from '../crypto/data-keys.js';
import { KeyRing } from '../crypto/key-ring.js';
import type { Place } from '../crypto/sealing.js';
import { Vault } from '../crypto/vault.js';
import { createPool } from '../database/pool.js';
import { verifyAudit } from '../operators/audit.store.js';
import { dropUnusedDataKeys } from './drop-unused-data-keys.js';
import { rewrapDataKeys } from './rewrap-data-keys.js';
import { rewrapValues } from './rewrap-values.js';
import { rotateDataKeys } from './rotate-data-keys.js';

const actor = 'operator:cli';
const place = (row: string): Place => ({ table: 'callback_form', row, field: 'sealed' });
const [oldKey, newKey] = [`old:${randomBytes(32).toString('base64')}`, `new:${randomBytes(32).toString('base64')}`];
const [oldRing, bothRing, newRing] = [oldKey, `${newKey},${oldKey}`, newKey].map((text) => KeyRing.read(text)) as [
  KeyRing,
  KeyRing,
  KeyRing,
];
let database: FreshDatabase;
let pool: pg.Pool;

/** An assistant with one value sealed under the old master key. */
interface Sealed {
  assistant: string;
  sealed: Buffer;
}
let stored: Sealed[];

async function aSealed(): Promise<Sealed> {
  const assistant = await storedAssistant(pool);
  return { assistant, sealed: await new Vault(pool, oldRing).seal(assistant, place('one'), 'token') };
}

async function opens(ring: KeyRing): Promise<void> {
  for (const { assistant, sealed } of stored)
    expect(await new Vault(pool, ring).open(assistant, place('one'), sealed)).toBe('token');
}

const entriesOf = async (action: string): Promise<number> =>
  (await pool.query('SELECT count(*) FROM audit WHERE action = $1 AND actor = $2', [action, actor])).rows[0].count;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 20);
});
beforeEach(async () => {
  await pool.query('DELETE FROM data_key');
  stored = await Promise.all(Array.from({ length: 5 }, aSealed));
});
afterAll(async () => {
  expect(await verifyAudit(pool)).toMatchObject({ intact: true });
  await pool.end();
  await database.drop();
});

describe('a new master key', () => {
  it('wraps every data key, after which the old one may leave the ring', async () => {
    const before = await entriesOf('keys.rewrap-data-keys');
    expect(await rewrapDataKeys(pool, bothRing, actor)).toEqual({ ringKey: 'new', rewrapped: 5, alreadyCurrent: 0 });
    await opens(newRing);
    expect(await rewrapDataKeys(pool, newRing, actor)).toEqual({ ringKey: 'new', rewrapped: 0, alreadyCurrent: 5 });
    expect(await entriesOf('keys.rewrap-data-keys')).toBe(before + 2);
  });

  it('is refused whole, by name, where the ring lacks a key that is in use', async () => {
    const [before, audited] = [await readWrappedKeys(pool), await entriesOf('keys.rewrap-data-keys')];
    await expect(rewrapDataKeys(pool, newRing, actor)).rejects.toThrow(/lacks key "old", which wraps 5 data keys/);
    expect(await readWrappedKeys(pool)).toEqual(before);
    expect(await entriesOf('keys.rewrap-data-keys')).toBe(audited);
  });

  it('is refused whole, by name, where another key stands under an old name', async () => {
    const before = await readWrappedKeys(pool);
    const impostor = KeyRing.read(`${newKey},old:${randomBytes(32).toString('base64')}`);
    await expect(rewrapDataKeys(pool, impostor, actor)).rejects.toThrow(/key "old" does not open 5 data keys/);
    expect(await readWrappedKeys(pool)).toEqual(before);
  });

  it('is read by every process that holds both keys, at any moment, also when two rewrap at once and back', async () => {
    const backRing = KeyRing.read(`${oldKey},${newKey}`);
    let done = false;
    const reading = (async () => {
      let reads = 0;
      for (; !done; reads += 1) await opens(bothRing); // new vaults each time: nothing is remembered
      return reads;
    })();
    for (let round = 0; round < 10; round += 1)
      await Promise.all([bothRing, backRing, bothRing].map((ring) => rewrapDataKeys(pool, ring, actor)));
    done = true;
    expect(await reading).toBeGreaterThan(0);
    await opens(bothRing);
  });
});

describe('a new data key', () => {
  it('comes for one assistant or for all; what was sealed before still opens', async () => {
    const [first] = stored as [Sealed];
    expect(await rotateDataKeys(pool, oldRing, actor, [first.assistant])).toEqual([{ assistantId: first.assistant, version: 2 }]);
    const all = await rotateDataKeys(pool, oldRing, actor, null);
    expect(all.find(({ assistantId }) => assistantId === first.assistant)?.version).toBe(3);
    expect(all.map(({ version }) => version).sort()).toEqual([2, 2, 2, 2, 3]);
    const sealed = await new Vault(pool, oldRing).seal(first.assistant, place('two'), 'later');
    expect(sealed.readUInt32BE(1)).toBe(3);
    await opens(oldRing);
  });

  it('is one each when eight are asked for at once', async () => {
    const [{ assistant }] = stored as [Sealed];
    await Promise.all(Array.from({ length: 8 }, () => rotateDataKeys(pool, oldRing, actor, [assistant])));
    const versions = (await readWrappedKeys(pool, assistant)).map(({ version }) => version);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await opens(oldRing);
  });

  it('is not made with a ring that the older ones do not open with', async () => {
    const before = await readWrappedKeys(pool);
    await expect(rotateDataKeys(pool, newRing, actor, null)).rejects.toThrow(/lacks key "old"/);
    await expect(rewrapValues(pool, newRing, actor, { assistantId: null, valuesPerSecond: 0 })).rejects.toThrow(
      /lacks key "old"/,
    );
    expect(await readWrappedKeys(pool)).toEqual(before);
  });

  it('is not made for an assistant that has sealed nothing', async () => {
    expect(await rotateDataKeys(pool, oldRing, actor, [await storedAssistant(pool)])).toEqual([]);
  });
});

describe('dropping data keys', () => {
  const superseded = (days: number) => pool.query(`UPDATE data_key SET created_at = now() - make_interval(days => $1)`, [days]);
  const versionsOf = async (assistant: string) => (await readWrappedKeys(pool, assistant)).map(({ version }) => version);

  async function storedForm({ assistant, sealed }: Sealed): Promise<void> {
    const { rows } = await pool.query(
      `INSERT INTO profile (id, assistant_id, name, status, definition) VALUES (gen_random_uuid(), $1, 'p', 'active', '{}') RETURNING id`,
      [assistant],
    );
    await pool.query(
      `INSERT INTO callback_form (id, handle_hash, assistant_id, profile_id, sealed, expires_at) VALUES (gen_random_uuid(), $4, $1, $2, $3, now())`,
      [assistant, rows[0].id, sealed, randomBytes(32)],
    );
  }

  it('takes versions that no value is under, and leaves those in use and the current ones', async () => {
    const [used, unused] = stored as [Sealed, Sealed];
    await storedForm(used);
    await rotateDataKeys(pool, oldRing, actor, null);
    await superseded(8);

    const planned = await dropUnusedDataKeys(pool, actor, 7, { dryRun: true });
    expect(await versionsOf(unused.assistant)).toEqual([1, 2]);
    expect(await dropUnusedDataKeys(pool, actor, 7)).toEqual(planned);

    expect(await versionsOf(used.assistant)).toEqual([1, 2]);
    expect(await versionsOf(unused.assistant)).toEqual([2]);
    expect(planned.dropped).toHaveLength(4);
    expect(planned.kept).toEqual([{ assistantId: used.assistant, version: 1, reason: 'in_use' }]);
    expect(await new Vault(pool, oldRing).open(used.assistant, place('one'), used.sealed)).toBe('token');
  });

  it('leaves what was superseded too recently: somebody may still hold a value sealed under it', async () => {
    await superseded(100); // the age that counts is the successor's
    await rotateDataKeys(pool, oldRing, actor, null);
    const { dropped, kept } = await dropUnusedDataKeys(pool, actor, 7);
    expect(dropped).toEqual([]);
    expect(kept.map(({ reason }) => reason)).toEqual(Array(5).fill('too_recent'));
  });

  it('leaves everything of an assistant with values that name no data key', async () => {
    const [{ assistant, sealed }] = stored as [Sealed];
    const changed = Buffer.from(sealed);
    changed.writeUInt32BE(257, 1);
    await storedForm({ assistant, sealed: changed });
    await rotateDataKeys(pool, oldRing, actor, null);
    await superseded(8);
    const { kept } = await dropUnusedDataKeys(pool, actor, 7);
    expect(kept).toEqual([{ assistantId: assistant, version: 1, reason: 'unreadable_values' }]);
    expect(await versionsOf(assistant)).toEqual([1, 2]);
  });
});
