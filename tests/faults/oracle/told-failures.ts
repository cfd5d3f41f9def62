import { type Evidence, type Violation, violation } from './evidence.js';

/** Each failure shows a stable code, to callers and in what is stored; nobody was given a token that had ended. */
export async function toldFailures({ pool, heard }: Evidence): Promise<Violation[]> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM "authorization" WHERE state = 'failed' AND reason IS NULL
     UNION ALL SELECT id FROM "grant" WHERE failures > 0 AND last_failure IS NULL
     UNION ALL SELECT id FROM "grant" WHERE status IN ('ended', 'reconnect_required') AND reason IS NULL`,
  );
  return [
    ...violation('coded failures', 'answers without a code of the list', heard.uncoded),
    ...violation(
      'coded failures',
      'failures stored without a reason',
      rows.map(({ id }) => id),
    ),
    ...violation('no expired token', 'tokens handed out that were of no use', heard.useless),
  ];
}
