import type { AuditEntry } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';

/** Which entries are asked for. `seen`: with which assistants; `subject` is e.g. `profile:<id>`. */
export interface AuditAsked {
  seen: 'all' | readonly string[];
  subject?: string;
}

/** What operators did, newest first. */
export async function listAudit(
  sql: Sql,
  { seen, subject }: AuditAsked,
  before: number | null,
  limit: number,
): Promise<AuditEntry[]> {
  const { rows } = await sql.query<
    Omit<AuditEntry, 'at' | 'assistantId' | 'hash'> & { at: Date; assistant_id: string | null; hash: Buffer }
  >(
    `SELECT seq, at, actor, action, subject, assistant_id, detail, hash FROM audit
     WHERE ($1::text IS NULL OR subject = $1) AND ($2::bigint IS NULL OR seq < $2) AND ($4::uuid[] IS NULL OR assistant_id = ANY ($4)) ORDER BY seq DESC LIMIT $3`,
    [subject ?? null, before, limit, seen === 'all' ? null : seen],
  );
  return rows.map(({ seq, at, actor, action, subject: of, assistant_id: assistantId, detail, hash }) => ({
    seq,
    at: at.toISOString(),
    actor,
    action,
    subject: of,
    assistantId,
    detail,
    hash: hash.toString('hex'),
  }));
}
