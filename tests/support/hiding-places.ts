import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { SecretSearch, Sighting } from './secret-search.js';

const largestPiece = 64 * 1024 * 1024;
const overlap = 4096;

/** Every table of the database, a queue's own too, row by row as text (bytes as hex), and the statements that PostgreSQL remembers. */
export async function searchTables(
  db: Pick<pg.Pool, 'query'>,
  search: SecretSearch,
): Promise<{ tables: string[]; found: Sighting[] }> {
  const { rows: tables } = await db.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
  );
  const found: Sighting[] = [];
  for (const { name } of [...tables, { name: 'pg_stat_activity' }]) {
    const { rows } = await db.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    found.push(...search.in(name, rows.map(({ row }) => row).join('\n')));
  }
  return { tables: tables.map(({ name }) => name), found };
}

/** Every file below a folder; one that goes away meanwhile has nothing to tell. */
export async function searchFiles(folder: string, search: SecretSearch): Promise<{ files: number; found: Sighting[] }> {
  const found: Sighting[] = [];
  let files = 0;
  for (const entry of await readdir(folder, { recursive: true }).catch(() => [])) {
    const path = join(folder, entry);
    const stat = await lstat(path).catch(() => null);
    if (!stat?.isFile()) continue;
    files += 1;
    if (stat.size <= largestPiece) found.push(...search.in(entry, await readFile(path).catch(() => '')));
    else found.push(...(await searchLarge(path, entry, search)));
  }
  return { files, found };
}

async function searchLarge(path: string, place: string, search: SecretSearch): Promise<Sighting[]> {
  const found: Sighting[] = [];
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 }) as AsyncIterable<Buffer>) {
    const piece = Buffer.concat([rest, chunk]);
    found.push(...search.in(place, piece));
    rest = piece.subarray(-overlap);
  }
  return found;
}

/** Every key of a Redis with all that it holds. */
export async function searchRedis(redis: Redis, search: SecretSearch): Promise<{ keys: number; found: Sighting[] }> {
  const keys = await redis.keys('*');
  const found: Sighting[] = [];
  for (const key of keys)
    found.push(...search.in(`redis key of type ${await redis.type(key)}`, key + (await contentOf(redis, key))));
  return { keys: keys.length, found };
}

async function contentOf(redis: Redis, key: string): Promise<string> {
  const readers: Record<string, () => Promise<unknown>> = {
    string: () => redis.get(key),
    hash: () => redis.hgetall(key),
    list: () => redis.lrange(key, 0, -1),
    set: () => redis.smembers(key),
    zset: () => redis.zrange(key, 0, -1, 'WITHSCORES'),
    stream: () => redis.xrange(key, '-', '+'),
    none: async () => null,
  };
  const type = await redis.type(key);
  const read = readers[type];
  if (!read) throw new Error(`nobody knows how to read a Redis ${type}`);
  return JSON.stringify(await read());
}
