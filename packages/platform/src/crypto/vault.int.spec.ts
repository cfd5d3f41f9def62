import { randomBytes, randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { eventually } from '@grantkeeper/tests/support/eventually';
import { storedAssistant } from '@grantkeeper/tests/support/stored-rows';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type pg from 'pg';
import { createPool } from '../database/pool.js';
import { KeyRing } from './key-ring.js';
import { type Place, sealWith } from './sealing.js';
import { Vault } from './vault.js';

let database: FreshDatabase;
let pool: pg.Pool;
const [old, next] = [`old:${randomBytes(32).toString('base64')}`, `next:${randomBytes(32).toString('base64')}`];
const place = (change: Partial<Place> = {}): Place => ({ table: 'grant', row: 'one', field: 'hand_out', ...change });
const vault = (ring = old, now?: () => number): Vault => new Vault(pool, KeyRing.read(ring), now);

/** The pool, counting its statements. */
function counted(): { sql: Pick<pg.Pool, 'query'>; count: () => number } {
  let count = 0;
  const query = (...parameters: unknown[]): unknown => {
    count += 1;
    return (pool.query as (...given: unknown[]) => unknown)(...parameters);
  };
  return { sql: { query } as Pick<pg.Pool, 'query'>, count: () => count };
}

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 20);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('a value in the vault', () => {
  it('opens at its place in any process with the same ring, any Unicode', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault().seal(assistant, place(), 'tökén 🔑');
    expect(await vault().open(assistant, place(), sealed)).toBe('tökén 🔑');
    expect(sealed.includes('tökén')).toBe(false);
  });

  it('does not open in another row, field or table', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault().seal(assistant, place(), 'token');
    for (const elsewhere of [{ row: 'two' }, { field: 'refresh_token' }, { table: 'revocation' }]) {
      await expect(vault().open(assistant, place(elsewhere), sealed)).rejects.toThrow();
    }
  });

  it('does not open for another assistant, not even beside a copy of its data key', async () => {
    const [assistant, other] = [await storedAssistant(pool), await storedAssistant(pool)];
    const sealed = await vault().seal(assistant, place(), 'token');
    await expect(vault().open(other, place(), sealed)).rejects.toThrow();

    await pool.query('DELETE FROM data_key WHERE assistant_id = $1', [other]);
    await pool.query(
      'INSERT INTO data_key SELECT $2, version, ring_key_id, wrapped, created_at FROM data_key WHERE assistant_id = $1',
      [assistant, other],
    );
    await expect(vault().open(other, place(), sealed)).rejects.toThrow();
  });

  it('does not open when any one byte is changed, the named key version included', async () => {
    const assistant = await storedAssistant(pool);
    const one = vault();
    const sealed = await one.seal(assistant, place(), 'token');
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] as number) ^ 1;
      await expect(one.open(assistant, place(), changed)).rejects.toThrow();
    }
    expect(await one.open(assistant, place(), sealed)).toBe('token');
  });
});

describe('data keys', () => {
  it('are made once, however many processes seal first at once', async () => {
    const assistant = await storedAssistant(pool);
    const vaults = Array.from({ length: 16 }, () => vault());
    const sealed = await Promise.all(
      vaults.map((one, index) => one.seal(assistant, place({ row: `${index}` }), `value ${index}`)),
    );

    const { rows } = await pool.query('SELECT version FROM data_key WHERE assistant_id = $1', [assistant]);
    expect(rows).toEqual([{ version: 1 }]);
    for (const [index, bytes] of sealed.entries())
      expect(await vault().open(assistant, place({ row: `${index}` }), bytes)).toBe(`value ${index}`);
  });

  it('are read once, however many values are opened at once', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault().seal(assistant, place(), 'token');
    const { sql, count } = counted();
    const one = new Vault(sql, KeyRing.read(old));
    await Promise.all(Array.from({ length: 50 }, () => one.open(assistant, place(), sealed)));
    expect(count()).toBe(1);
  });

  it('are read again after five minutes, and not before', async () => {
    const assistant = await storedAssistant(pool);
    const { sql, count } = counted();
    let now = 0;
    const one = new Vault(sql, KeyRing.read(old), () => now);
    const sealed = await one.seal(assistant, place(), 'token');
    const before = count();
    now = 5 * 60_000;
    expect(one.openNow(assistant, place(), sealed)).toBe('token');
    expect(count()).toBe(before);
    now += 1;
    expect(one.openNow(assistant, place(), sealed)).toBeNull();
    await one.open(assistant, place(), sealed);
    expect(count()).toBe(before + 1);
  });

  it('seal for a minute after something was opened, without the database', async () => {
    const assistant = await storedAssistant(pool);
    const { sql, count } = counted();
    let now = 0;
    const one = new Vault(sql, KeyRing.read(old), () => now);
    const sealed = await one.seal(assistant, place(), 'refresh token');
    for (const openedAt of [4 * 60_000, 4 * 60_000 + 1, 5 * 60_000]) {
      now = openedAt;
      await one.open(assistant, place(), sealed);
      const before = count();
      now += 60_000;
      await one.seal(assistant, place(), 'the next one');
      expect(count()).toBe(before);
    }
  });

  it('leave the memory after five minutes, whether they are asked for again or not', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'performance'] });
    try {
      const assistant = await storedAssistant(pool);
      const one = vault();
      await one.seal(assistant, place(), 'token');
      expect(one.openedAssistants).toBe(1);
      jest.advanceTimersByTime(5 * 60_000 + 1);
      expect(one.openedAssistants).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  it('that came after they were read are found without waiting for that', async () => {
    const assistant = await storedAssistant(pool);
    const reader = vault();
    await reader.seal(assistant, place(), 'first');
    await rotate(assistant, old);
    const sealed = await vault().seal(assistant, place(), 'second');
    expect(sealed.readUInt32BE(1)).toBe(2);
    expect(reader.openNow(assistant, place(), sealed)).toBeNull();
    expect(await reader.open(assistant, place(), sealed)).toBe('second');
  });

  it('are found also by who joins a reading that began before they came', async () => {
    const assistant = await storedAssistant(pool);
    let hold: Promise<void> | null = null;
    let reads = 0;
    const query = async (...parameters: unknown[]): Promise<unknown> => {
      const answer = await (pool.query as (...given: unknown[]) => Promise<unknown>)(...parameters);
      reads += 1;
      await hold; // read already, and held back on its way
      return answer;
    };
    const reader = new Vault({ query } as Pick<pg.Pool, 'query'>, KeyRing.read(old));
    await reader.seal(assistant, place(), 'first');
    await rotate(assistant, old);
    const second = await vault().seal(assistant, place(), 'second');

    let release = (): void => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const before = reads;
    const opening = [reader.open(assistant, place(), second)];
    await eventually(() => expect(reads).toBe(before + 1));
    await rotate(assistant, old, 3);
    opening.push(reader.open(assistant, place(), await vault().seal(assistant, place(), 'third')));
    release();

    expect(await Promise.all(opening)).toEqual(['second', 'third']);
  });

  it('open what was sealed under an older version', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault().seal(assistant, place(), 'first');
    await rotate(assistant, old);
    expect(await vault().open(assistant, place(), sealed)).toBe('first');
  });

  it('do not open a value that claims another version', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault().seal(assistant, place(), 'first');
    await rotate(assistant, old);
    sealed.writeUInt32BE(2, 1);
    await expect(vault().open(assistant, place(), sealed)).rejects.toThrow();
  });

  it('are not made for an assistant that does not exist', async () =>
    expect(vault().seal(randomUUID(), place(), 'token')).rejects.toMatchObject({ code: '23503' }));
});

describe('the key ring behind the vault', () => {
  it('opens under an older key what was sealed before the rotation', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault(old).seal(assistant, place(), 'token');
    expect(await vault(`${next},${old}`).open(assistant, place(), sealed)).toBe('token');
  });

  it('is told which key it lacks', async () => {
    const assistant = await storedAssistant(pool);
    const sealed = await vault(old).seal(assistant, place(), 'token');
    await expect(vault(next).open(assistant, place(), sealed)).rejects.toThrow(/lacks key old\b/);
  });

  it('does not open a data key that was wrapped for another assistant', async () => {
    const [assistant, other] = [await storedAssistant(pool), await storedAssistant(pool)];
    const sealed = await vault().seal(assistant, place(), 'token');
    await vault().seal(other, place(), 'token');
    await pool.query(
      'UPDATE data_key SET wrapped = (SELECT wrapped FROM data_key WHERE assistant_id = $2) WHERE assistant_id = $1',
      [assistant, other],
    );
    await expect(vault().open(assistant, place(), sealed)).rejects.toThrow();
  });
});

/** A further data key, as another process makes it. */
async function rotate(assistant: string, ring: string, version = 2): Promise<void> {
  const { id, key } = KeyRing.read(ring).current;
  const wrapped = sealWith(key, 0, `v1|data-key|${assistant}|${version}|${id}`, randomBytes(32));
  await pool.query('INSERT INTO data_key (assistant_id, version, ring_key_id, wrapped) VALUES ($1, $2, $3, $4)', [
    assistant,
    version,
    id,
    wrapped,
  ]);
}
