import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.js';
import type { System } from '../support/system.js';

/** Delivers every job of this kind once more, as queues may: answers when workers have done them all. */
export async function deliverAgain(system: System, job: string): Promise<void> {
  const { rows } = await system.db.query<{ id: string }>('SELECT id FROM job WHERE name = $1', [job]);
  const copies = rows.map(({ id }) => ({ id, copy: randomUUID() }));
  await system.db.query(
    `INSERT INTO job (id, event_id, name, payload, correlation_id)
     SELECT c.copy, job.event_id, job.name, job.payload, job.correlation_id FROM unnest($1::uuid[], $2::uuid[]) AS c(id, copy) JOIN job USING (id)`,
    [copies.map(({ id }) => id), copies.map(({ copy }) => copy)],
  );
  await eventually(
    () => {
      const done = new Set(
        system.logs.flatMap(({ json }) => (json?.msg === 'job done' ? String(json.jobId).replace(/^job-/, '') : [])),
      );
      const left = copies.filter(({ copy }) => !done.has(copy));
      if (left.length > 0) throw new Error(`${left.length} of ${copies.length} copies of ${job} are not done`);
    },
    { withinMs: 20_000 },
  );
}

/** Keeps the sweeper from queueing what is due once more, until it is let again; the queue itself is not held back. */
export async function holdSweeper(system: System, table: 'authorization' | 'grant', id: string): Promise<void> {
  await system.db.query(`UPDATE "${table}" SET queued_until = now() + interval '1 hour' WHERE id = $1`, [id]);
}

export async function letSweeper(system: System, table: 'authorization' | 'grant'): Promise<void> {
  await system.db.query(`UPDATE "${table}" SET queued_until = NULL WHERE queued_until IS NOT NULL`);
}
