import type pg from 'pg';
import { readWrappedKeys, wrapDataKey } from '../crypto/data-keys.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { inTransaction } from '../database/pool.js';
import { appendAudit } from '../operators/audit.store.js';
import { openDataKeys } from './ring-check.js';

export interface DataKeysRewrapped {
  ringKey: string;
  rewrapped: number;
  alreadyCurrent: number;
}

/**
 * Wraps every data key under the ring's current key, in one transaction: all of them or none. Values stay as they are; processes that hold both keys notice
 * nothing. Throws KeyRingUnfit before anything is touched.
 */
export function rewrapDataKeys(pool: pg.Pool, ring: KeyRing, actor: string): Promise<DataKeysRewrapped> {
  return inTransaction(pool, async (sql) => {
    await sql.query('SELECT 1 FROM data_key ORDER BY assistant_id, version FOR NO KEY UPDATE');
    const rows = await readWrappedKeys(sql);
    const opened = openDataKeys(ring, rows);
    const { current } = ring;
    const moved = rows.filter(({ ringKeyId }) => ringKeyId !== current.id);
    const wrapped = moved.map(({ assistantId, version }) =>
      wrapDataKey(current, assistantId, version, opened.get(assistantId)?.get(version) as Buffer),
    );
    await sql.query(
      `UPDATE data_key d SET ring_key_id = $4, wrapped = n.wrapped
       FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS n(assistant_id, version, wrapped)
       WHERE d.assistant_id = n.assistant_id AND d.version = n.version`,
      [moved.map(({ assistantId }) => assistantId), moved.map(({ version }) => version), wrapped, current.id],
    );
    const done = { ringKey: current.id, rewrapped: moved.length, alreadyCurrent: rows.length - moved.length };
    const from = [...new Set(moved.map(({ ringKeyId }) => ringKeyId))].sort();
    await appendAudit(sql, [
      {
        actor,
        action: 'keys.rewrap-data-keys',
        subject: `ring-key:${current.id}`,
        assistantId: null,
        detail: { from, rewrapped: done.rewrapped },
      },
    ]);
    return done;
  });
}
