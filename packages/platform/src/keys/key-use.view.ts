import type { Sql } from '../database/pool.js';
import { headerBytes, sealedTables, versionIn } from './sealed-columns.js';

/** How many values of one column are sealed under one version of an assistant's data key; version null: bytes that are no sealed value. */
export interface SealedCount {
  table: string;
  column: string;
  assistantId: string;
  version: number | null;
  values: number;
}

/** A data key, and the key of the ring that wraps it. `supersededAt` is when a newer version came; null for the current one. */
export interface DataKeyView {
  assistantId: string;
  assistant: string;
  version: number;
  ringKey: string;
  createdAt: Date;
  supersededAt: Date | null;
}

/** Reads every table with sealed values once; nothing is opened. */
export async function countSealed(sql: Sql, assistantId: string | null = null): Promise<SealedCount[]> {
  const counts: SealedCount[] = [];
  for (const { name, columns } of sealedTables) {
    for (const column of columns) {
      const { rows } = await sql.query<{ assistantId: string; header: Buffer; values: number }>(
        `SELECT assistant_id AS "assistantId", substring(${column} FROM 1 FOR ${headerBytes}) AS header, count(*) AS values FROM "${name}"
         WHERE ${column} IS NOT NULL AND ($1::uuid IS NULL OR assistant_id = $1) GROUP BY 1, 2 ORDER BY 1, 2`,
        [assistantId],
      );
      counts.push(
        ...rows.map(({ header, ...row }) => ({
          table: name,
          column,
          assistantId: row.assistantId,
          version: versionIn(header),
          values: row.values,
        })),
      );
    }
  }
  return counts;
}

/** The data keys of every assistant, or of one, in order. */
export async function listDataKeys(sql: Sql, assistantId: string | null = null): Promise<DataKeyView[]> {
  const { rows } = await sql.query<DataKeyView>(
    `SELECT d.assistant_id AS "assistantId", a.name AS assistant, d.version, d.ring_key_id AS "ringKey", d.created_at AS "createdAt",
       lead(d.created_at) OVER (PARTITION BY d.assistant_id ORDER BY d.version) AS "supersededAt"
     FROM data_key d JOIN assistant a ON a.id = d.assistant_id
     WHERE $1::uuid IS NULL OR d.assistant_id = $1 ORDER BY a.name, d.assistant_id, d.version`,
    [assistantId],
  );
  return rows;
}
