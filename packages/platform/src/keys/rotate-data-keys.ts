import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { readWrappedKeys, wrapDataKey } from '../crypto/data-keys.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { inTransaction } from '../database/pool.js';
import { appendAudit } from '../operators/audit.store.js';
import { openDataKeys } from './ring-check.js';

export interface RotatedKey {
  assistantId: string;
  version: number;
}

/**
 * Gives these assistants (null: all) a new version of their data key, for what is sealed from now on; an assistant without a data key has sealed nothing and
 * gets none. Throws KeyRingUnfit before anything is touched: who cannot open the older versions has another ring than the processes.
 */
export function rotateDataKeys(
  pool: pg.Pool,
  ring: KeyRing,
  actor: string,
  assistantIds: readonly string[] | null,
): Promise<RotatedKey[]> {
  return inTransaction(pool, async (sql) => {
    // Two rotations at once take turns here; sealing and reading go on.
    await sql.query('SELECT 1 FROM assistant WHERE $1::uuid[] IS NULL OR id = ANY($1) ORDER BY id FOR NO KEY UPDATE', [
      assistantIds,
    ]);
    const rows = (await readWrappedKeys(sql)).filter(
      ({ assistantId }) => assistantIds === null || assistantIds.includes(assistantId),
    );
    const opened = openDataKeys(ring, rows);
    const rotated = [...opened].map(([assistantId, keys]) => ({ assistantId, version: Math.max(...keys.keys()) + 1 }));
    await sql.query(
      `INSERT INTO data_key (assistant_id, version, ring_key_id, wrapped)
       SELECT n.assistant_id, n.version, $4, n.wrapped FROM unnest($1::uuid[], $2::int[], $3::bytea[]) AS n(assistant_id, version, wrapped)`,
      [
        rotated.map(({ assistantId }) => assistantId),
        rotated.map(({ version }) => version),
        rotated.map(({ assistantId, version }) => wrapDataKey(ring.current, assistantId, version, randomBytes(32))),
        ring.current.id,
      ],
    );
    await appendAudit(
      sql,
      rotated.map(({ assistantId, version }) => ({
        actor,
        action: 'keys.rotate-data-key',
        subject: `assistant:${assistantId}`,
        assistantId,
        detail: { version, ringKey: ring.current.id },
      })),
    );
    return rotated;
  });
}
