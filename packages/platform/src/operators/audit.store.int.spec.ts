import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '@grantkeeper/tests/support/database';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type pg from 'pg';
import { createPool, inTransaction } from '../database/pool.js';
import { type AuditRecord, appendAudit, verifyAudit } from './audit.store.js';

let database: FreshDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, 20);
});
beforeEach(() => pool.query('TRUNCATE audit'));
afterAll(async () => {
  await pool.end();
  await database.drop();
});

const act = (detail: Record<string, unknown> = {}): AuditRecord => ({
  actor: `operator:${randomUUID()}`,
  action: 'profiles.revise',
  subject: `profile:${randomUUID()}`,
  assistantId: randomUUID(),
  detail,
});
const append = (...records: AuditRecord[]) => inTransaction(pool, (client) => appendAudit(client, records));

describe('the audit chain', () => {
  it('is intact when it is empty, and after each entry', async () => {
    expect(await verifyAudit(pool)).toMatchObject({ intact: true, entries: 0, brokenAt: null });
    await append(act(), act());
    await append(act());
    expect(await verifyAudit(pool)).toMatchObject({ intact: true, entries: 3, brokenAt: null });
  });

  it('is whole and numbered without gaps after many appended at once, some of them rolled back', async () => {
    const given = await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        inTransaction(pool, async (client) => {
          await appendAudit(client, [act(), act()]);
          if (index % 3 === 0) throw new Error('changed my mind');
        }).then(
          () => 2,
          () => 0,
        ),
      ),
    );
    const kept = given.reduce<number>((sum, count) => sum + count, 0);
    expect(kept).toBe(80);
    expect(await verifyAudit(pool)).toMatchObject({ intact: true, entries: kept });
    expect((await pool.query('SELECT max(seq) AS last, count(*) FROM audit')).rows).toEqual([{ last: kept, count: kept }]);
  });

  it('is verified beyond the first thousand', async () => {
    await append(...Array.from({ length: 1000 }, () => act()));
    expect(await verifyAudit(pool)).toMatchObject({ intact: true, entries: 1000 });
    await append(...Array.from({ length: 50 }, () => act()));
    expect(await verifyAudit(pool)).toMatchObject({ intact: true, entries: 1050 });
    await pool.query(`UPDATE audit SET actor = 'operator:else' WHERE seq = 1020`);
    expect(await verifyAudit(pool)).toMatchObject({ intact: false, entries: 1019, brokenAt: 1020 });
  });

  it.each([
    ['an actor', `UPDATE audit SET actor = 'operator:else' WHERE seq = 3`, 3],
    ['an action', `UPDATE audit SET action = 'profiles.read' WHERE seq = 3`, 3],
    ['a subject', `UPDATE audit SET subject = 'profile:else' WHERE seq = 3`, 3],
    ['an assistant', 'UPDATE audit SET assistant_id = NULL WHERE seq = 3', 3],
    ['a time, by a millisecond', `UPDATE audit SET at = at + interval '1 ms' WHERE seq = 3`, 3],
    ['a detail', `UPDATE audit SET detail = detail || '{"status": "active"}' WHERE seq = 3`, 3],
    ['the shape of a detail', `UPDATE audit SET detail = '[["status", "disabled"]]' WHERE seq = 3`, 3],
    ['a hash', `UPDATE audit SET hash = sha256('else') WHERE seq = 3`, 3],
    ['a deleted entry', 'DELETE FROM audit WHERE seq = 3', 4],
    ['the first entry', 'DELETE FROM audit WHERE seq = 1', 2],
    ['two entries in each other’s place', 'UPDATE audit SET seq = CASE seq WHEN 3 THEN -4 ELSE -3 END WHERE seq IN (3, 4)', -4],
  ])('shows where %s was changed', async (_what, change, brokenAt) => {
    await append(...Array.from({ length: 5 }, () => act({ status: 'disabled' })));
    await pool.query(change);
    if (brokenAt < 0) await pool.query('UPDATE audit SET seq = -seq WHERE seq < 0');
    expect(await verifyAudit(pool)).toMatchObject({ intact: false, brokenAt: brokenAt < 0 ? 3 : brokenAt });
  });

  it('has another head once its end was cut off: who kept the head notices', async () => {
    await append(...Array.from({ length: 5 }, () => act()));
    const { head } = await verifyAudit(pool);
    await pool.query('DELETE FROM audit WHERE seq = 5');
    expect((await verifyAudit(pool)).head).not.toBe(head);
  });

  it('stays intact whatever a detail holds that JSON can carry, and what it cannot', async () => {
    await append(
      act({ z: 1, a: { y: [1, { d: null, c: 'ü🙂"\\' }], x: 1e21, w: 0.1 }, '10': 1, '9': 2 }),
      act({ left: undefined, at: new Date(0), list: [undefined] }),
    );
    expect(await verifyAudit(pool)).toMatchObject({ intact: true, entries: 2 });
  });
});
