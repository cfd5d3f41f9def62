import { withSecretFiles } from '../settings/secret-files.js';
import { createDataSource } from './data-source.js';

/** Brings the database of DATABASE_URL to this version's schema. Safe to run twice and by several at once: an advisory lock lets one do the work. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const dataSource = await createDataSource(databaseUrl, [], 2, {}).initialize(); // a migration may take its time
  const runner = dataSource.createQueryRunner();
  try {
    await runner.query('SELECT pg_advisory_lock(7300002)');
    const done = await dataSource.runMigrations();
    return done.map(({ name }) => name);
  } finally {
    await runner.query('SELECT pg_advisory_unlock(7300002)').catch(() => undefined);
    await runner.release();
    await dataSource.destroy();
  }
}

if (import.meta.filename === process.argv[1]) {
  const { env, problems } = withSecretFiles(process.env);
  const databaseUrl = env.DATABASE_URL;
  if (!databaseUrl || problems.length > 0) throw new Error(problems[0] ?? 'DATABASE_URL is missing');
  const done = await migrate(databaseUrl);
  process.stdout.write(`${JSON.stringify({ msg: 'migrated', migrations: done })}\n`);
}
