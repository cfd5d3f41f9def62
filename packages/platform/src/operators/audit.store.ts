import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import type { Sql } from '../database/pool.js';

/** One operator's act: never a secret, only names and ids. */
export interface AuditRecord {
  actor: string;
  action: string;
  subject: string;
  assistantId: string | null;
  detail: Record<string, unknown>;
}

interface ChainRow {
  seq: number;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  assistant_id: string | null;
  detail: Record<string, unknown>;
  previous_hash: Buffer;
  hash: Buffer;
}

const genesis = Buffer.alloc(32);
const chainLock = 7_300_001;

/** Appends to the hash chain: one writer at a time, each entry's hash covers the one before it. */
export async function appendAudit(sql: PoolClient, records: readonly AuditRecord[]): Promise<void> {
  await sql.query('SELECT pg_advisory_xact_lock($1)', [chainLock]);
  const { rows } = await sql.query<{ seq: number; hash: Buffer; now: Date }>(
    `SELECT coalesce(max(seq), 0)::bigint AS seq, date_trunc('milliseconds', clock_timestamp()) AS now,
            (SELECT hash FROM audit ORDER BY seq DESC LIMIT 1) AS hash FROM audit`,
  );
  const last = rows[0] as { seq: number; hash: Buffer | null; now: Date };
  let { seq } = last;
  let previous = last.hash ?? genesis;
  for (const record of records) {
    seq += 1;
    const hash = entryHash(previous, { seq, at: last.now, ...record });
    await sql.query(
      'INSERT INTO audit (seq, at, actor, action, subject, assistant_id, detail, previous_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      [
        seq,
        last.now,
        record.actor,
        record.action,
        record.subject,
        record.assistantId,
        JSON.stringify(record.detail),
        previous,
        hash,
      ],
    );
    previous = hash;
  }
}

export interface ChainVerdict {
  intact: boolean;
  entries: number;
  /** The first entry whose hash, predecessor or number is not what it must be. */
  brokenAt: number | null;
  head: string;
}

/** Recomputes the chain from its start, a thousand entries at a time. */
export async function verifyAudit(sql: Sql): Promise<ChainVerdict> {
  let previous: Buffer = genesis;
  let entries = 0;
  for (;;) {
    const { rows } = await sql.query<ChainRow>('SELECT * FROM audit WHERE seq > $1 ORDER BY seq LIMIT 1000', [entries]);
    for (const row of rows) {
      const expected = entryHash(previous, { ...row, assistantId: row.assistant_id });
      if (row.seq !== entries + 1 || !row.previous_hash.equals(previous) || !row.hash.equals(expected)) {
        return { intact: false, entries, brokenAt: row.seq, head: previous.toString('hex') };
      }
      entries = row.seq;
      previous = row.hash;
    }
    if (rows.length < 1000) return { intact: true, entries, brokenAt: null, head: previous.toString('hex') };
  }
}

function entryHash(previous: Buffer, entry: AuditRecord & { seq: number; at: Date }): Buffer {
  const text = JSON.stringify([
    entry.seq,
    entry.at.toISOString(),
    entry.actor,
    entry.action,
    entry.subject,
    entry.assistantId,
    canonical(entry.detail),
  ]);
  return createHash('sha256').update(previous).update(text).digest();
}

/** The detail as jsonb gives it back (no undefined members, dates as text), in one order: jsonb does not keep that of members. */
function canonical(detail: unknown): unknown {
  return JSON.parse(JSON.stringify(detail), (_key, value: unknown) => (isPlainObject(value) ? sorted(value) : value));
}

const isPlainObject = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);
const sorted = (value: object): object => Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
