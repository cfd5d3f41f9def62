import type { DataSource } from 'typeorm';
import type { Sql } from './pool.js';

/** Whether this program knows a migration that the database lacks: it was restored from an older backup, or the program is newer. */
export async function isMigrationPending(sql: Sql, { migrations }: Pick<DataSource, 'migrations'>): Promise<boolean> {
  const { rows } = await sql.query<{ name: string }>({ name: 'migrations-done', text: 'SELECT name FROM migration' });
  const done = new Set(rows.map(({ name }) => name));
  return migrations.some(({ name }) => !done.has(name ?? ''));
}
