import type { AuditEntry, AuditFilter } from '@grantkeeper/contracts/operators/http';
import type { Sql } from '../database/pool.js';

/** Which entries are asked for. `seen`: with which assistants. */
export interface AuditAsked extends AuditFilter {
  seen: 'all' | readonly string[];
}

interface Row {
  seq: number;
  at: Date;
  actor: string;
  action: string;
  subject: string;
  assistantId: string | null;
  detail: Record<string, unknown>;
  hash: Buffer;
}

/** What operators did, newest first. */
export async function listAudit(sql: Sql, asked: AuditAsked, before: number | null, limit: number): Promise<AuditEntry[]> {
  const values: unknown[] = [];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const conditions = [...conditionsOf(asked, place), ...(before === null ? [] : [`seq < ${place(before)}`])];
  const { rows } = await sql.query<Row>(
    `SELECT seq, at, actor, action, subject, assistant_id AS "assistantId", detail, hash FROM audit
     ${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : ''} ORDER BY seq DESC LIMIT ${place(limit)}`,
    values,
  );
  const names = await namesOf(sql, rows);
  return rows.map(({ at, hash, ...entry }) => ({
    ...entry,
    at: at.toISOString(),
    actorName: names.get(entry.actor) ?? null,
    subjectName: names.get(entry.subject) ?? null,
    hash: hash.toString('hex'),
  }));
}

/** Only what is asked for stands in the statement, so that an index serves it. */
function conditionsOf(asked: AuditAsked, place: (value: unknown) => string): string[] {
  const { seen, actor, action, subject, assistantId, from, to } = asked;
  return [
    ...(seen === 'all' ? [] : [`assistant_id = ANY (${place(seen)}::uuid[])`]),
    ...(actor === undefined ? [] : [`actor = ${place(actor)}`]),
    ...(action === undefined ? [] : [`(action = ${place(action)} OR action LIKE ${place(`${escaped(action)}.%`)})`]),
    ...(subject === undefined ? [] : [`subject = ${place(subject)}`]),
    ...(assistantId === undefined ? [] : [`assistant_id = ${place(assistantId)}`]),
    ...(from === undefined ? [] : [`at >= ${place(from)}`]),
    ...(to === undefined ? [] : [`at < ${place(to)}`]),
  ];
}

const escaped = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

/** What people call that which the log names by its id, as far as there still is such a thing. */
async function namesOf(sql: Sql, rows: readonly Row[]): Promise<Map<string, string>> {
  const references = [...new Set(rows.flatMap(({ actor, subject }) => [actor, subject]))];
  const idsOf = (kind: string) =>
    references.flatMap((one) => (one.startsWith(`${kind}:`) && uuid.test(one) ? [one.slice(kind.length + 1)] : []));
  const { rows: named } = await sql.query<{ reference: string; name: string }>(
    `SELECT 'operator:' || id AS reference, email AS name FROM operator WHERE id = ANY ($1::uuid[])
     UNION ALL SELECT 'runtime:' || id, name FROM runtime_key WHERE id = ANY ($2::uuid[])
     UNION ALL SELECT 'runtime-key:' || id, name FROM runtime_key WHERE id = ANY ($3::uuid[])
     UNION ALL SELECT 'assistant:' || id, name FROM assistant WHERE id = ANY ($4::uuid[])
     UNION ALL SELECT 'profile:' || id, name FROM profile WHERE id = ANY ($5::uuid[])`,
    ['operator', 'runtime', 'runtime-key', 'assistant', 'profile'].map(idsOf),
  );
  return new Map(named.map(({ reference, name }) => [reference, name]));
}

const uuid = /:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
