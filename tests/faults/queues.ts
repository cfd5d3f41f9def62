import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { eventually } from '../support/eventually.js';
import type { LogLine } from '../support/process-log.js';

/** A system under test, or a stage with one. */
interface Queued {
  readonly db: Pick<pg.Pool, 'query'>;
  /** Every line that any process has written. */
  readonly logs: readonly LogLine[];
}

/** Delivers every job of this kind once more, or so often, as queues may: answers how many when workers have done them all. */
export async function deliverAgain(system: Queued, job: string, times = 1): Promise<number> {
  const { rows } = await system.db.query<{ id: string }>('SELECT id FROM job WHERE name = $1 ORDER BY random()', [job]);
  const copies = Array.from({ length: times }, () => rows.map(({ id }) => ({ id, copy: randomUUID() }))).flat();
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
  return copies.length;
}
