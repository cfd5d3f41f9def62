import { eventually } from './eventually.js';

interface Asked {
  query(text: string, values?: unknown[]): Promise<{ rows: { next?: string; open?: string }[] }>;
}

/** Transactions are numbered for the whole cluster: waits for what other databases have under way now, not for what this one has. */
export async function othersOver(sql: Asked): Promise<void> {
  const { rows } = await sql.query('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  await eventually(async () => {
    const older = await sql.query(
      `SELECT count(*)::text AS open FROM pg_stat_activity WHERE datname <> current_database() AND backend_xid::text::bigint < $1::bigint`,
      [rows[0]?.next],
    );
    if (older.rows[0]?.open !== '0') throw new Error(`${older.rows[0]?.open} transactions of other databases are under way`);
  });
}
