import type pg from 'pg';
import { inTransaction } from '../database/pool.js';
import { appendAudit } from '../operators/audit.store.js';
import { countSealed, listDataKeys } from './key-use.view.js';

export interface DroppedKeys {
  dropped: { assistantId: string; version: number }[];
  /** Older versions that stay, and why. */
  kept: { assistantId: string; version: number; reason: 'in_use' | 'too_recent' | 'unreadable_values' }[];
}

/**
 * Deletes data keys that no stored value is sealed under and that were superseded at least `minAgeDays` ago. The age is what protects values that are not in
 * the database just now: a process seals under a version for up to 5 minutes after the next one came, and may hold what it sealed while PostgreSQL is away.
 */
export function dropUnusedDataKeys(
  pool: pg.Pool,
  actor: string,
  minAgeDays: number,
  { dryRun = false } = {},
): Promise<DroppedKeys> {
  return inTransaction(pool, async (sql) => {
    await sql.query('SELECT 1 FROM data_key ORDER BY assistant_id, version FOR UPDATE');
    const keys = await listDataKeys(sql);
    const known = new Set(keys.map(({ assistantId, version }) => `${assistantId} ${version}`));
    const counts = await countSealed(sql);
    const used = new Set(counts.map(({ assistantId, version }) => `${assistantId} ${version}`));
    // Changed bytes may have named any version: as long as there are such values, nothing of their assistant's goes.
    const unsure = new Set(
      counts.filter(({ assistantId, version }) => !known.has(`${assistantId} ${version}`)).map(({ assistantId }) => assistantId),
    );
    const { rows } = await sql.query<{ before: Date }>('SELECT now() - make_interval(days => $1) AS before', [minAgeDays]);
    const { before } = rows[0] as { before: Date };

    const result: DroppedKeys = { dropped: [], kept: [] };
    for (const { assistantId, version, supersededAt } of keys) {
      if (supersededAt === null) continue;
      if (used.has(`${assistantId} ${version}`)) result.kept.push({ assistantId, version, reason: 'in_use' });
      else if (unsure.has(assistantId)) result.kept.push({ assistantId, version, reason: 'unreadable_values' });
      else if (supersededAt > before) result.kept.push({ assistantId, version, reason: 'too_recent' });
      else result.dropped.push({ assistantId, version });
    }
    if (!dryRun) await remove(sql, actor, result.dropped);
    return result;
  });
}

async function remove(sql: pg.PoolClient, actor: string, dropped: DroppedKeys['dropped']): Promise<void> {
  await sql.query(
    `DELETE FROM data_key d USING unnest($1::uuid[], $2::int[]) AS n(assistant_id, version)
     WHERE d.assistant_id = n.assistant_id AND d.version = n.version`,
    [dropped.map(({ assistantId }) => assistantId), dropped.map(({ version }) => version)],
  );
  const entries = dropped.map(({ assistantId, version }) => ({
    actor,
    action: 'keys.drop-data-key',
    subject: `assistant:${assistantId}`,
    assistantId,
    detail: { version },
  }));
  if (entries.length > 0) await appendAudit(sql, entries);
}
