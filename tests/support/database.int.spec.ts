import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from './database.js';

async function tablesOf({ url }: FreshDatabase): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ tablename: string }>(
    "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
  );
  await client.end();
  return rows.map(({ tablename }) => tablename);
}

describe('a fresh database', () => {
  it('is migrated, and nobody else sees what is done in it, also when eight are made at once', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, freshDatabase));
    const [first, second] = all as [FreshDatabase, FreshDatabase];
    const client = new pg.Client({ connectionString: first.url });
    await client.connect();
    await client.query('CREATE TABLE only_here (id int)');
    await client.end();

    expect(await tablesOf(second)).toContain('grant');
    expect(await tablesOf(second)).not.toContain('only_here');
    await Promise.all(all.map(({ drop }) => drop()));
  });

  it('is gone after drop, open sessions or not', async () => {
    const database = await freshDatabase();
    const client = new pg.Client({ connectionString: database.url });
    client.on('error', () => {});
    await client.connect();
    await database.drop();
    await expect(tablesOf(database)).rejects.toThrow('does not exist');
  });
});
