import { Readable } from 'node:stream';
import type { AuditEntry } from '@grantkeeper/contracts/operators/http';
import { csvLine } from '@grantkeeper/core/kernel/csv';
import type { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { type AuditAsked, listAudit } from '@grantkeeper/platform/operators/audit.view';

/** Read at once, and the most that is held in memory. */
const batch = 500;

/** The columns, in their order. */
const columns = {
  seq: ({ seq }) => String(seq),
  at: ({ at }) => at,
  actor: ({ actor }) => actor,
  actorName: ({ actorName }) => actorName,
  action: ({ action }) => action,
  subject: ({ subject }) => subject,
  subjectName: ({ subjectName }) => subjectName,
  assistantId: ({ assistantId }) => assistantId,
  detail: ({ detail }) => JSON.stringify(detail),
  hash: ({ hash }) => hash,
} satisfies Record<string, (entry: AuditEntry) => string | null>;

/** All entries that are asked for, as CSV, read as fast as they are taken. */
export function auditCsv(pool: SqlPool, asked: AuditAsked): Readable {
  const line = (entry: AuditEntry) => csvLine(Object.values(columns).map((cell) => cell(entry)));
  return Readable.from(parts(pool, asked, line, csvLine(Object.keys(columns))), { highWaterMark: 1 });
}

/** The same as lines of JSON. */
export function auditLines(pool: SqlPool, asked: AuditAsked): Readable {
  return Readable.from(
    parts(pool, asked, (entry) => `${JSON.stringify(entry)}\n`, ''),
    { highWaterMark: 1 },
  );
}

async function* parts(
  pool: SqlPool,
  asked: AuditAsked,
  line: (entry: AuditEntry) => string,
  head: string,
): AsyncGenerator<string> {
  if (head !== '') yield head;
  for (let before: number | null = null; ; ) {
    const found: AuditEntry[] = await listAudit(pool, asked, before, batch);
    if (found.length > 0) yield found.map(line).join('');
    if (found.length < batch) return;
    before = found.at(-1)?.seq ?? null;
  }
}
