import type { SystemView } from '@grantkeeper/contracts/system/http';
import type { Sql } from '../database/pool.js';

/** A worker that has not been heard of for so long is taken as gone. */
const goneSeconds = 5;

/** Workers that were heard of within the last minute. */
export async function listWorkers(sql: Sql): Promise<SystemView['workers']> {
  const { rows } = await sql.query<{ id: string; joinedAt: Date; beatAt: Date; alive: boolean }>({
    name: 'list-workers',
    text: `SELECT id, joined_at AS "joinedAt", beat_at AS "beatAt", beat_at > now() - make_interval(secs => ${goneSeconds}) AS alive
           FROM worker WHERE beat_at > now() - interval '1 minute' ORDER BY joined_at, id LIMIT 200`,
  });
  return rows.map(({ joinedAt, beatAt, ...row }) => ({
    ...row,
    joinedAt: joinedAt.toISOString(),
    beatAt: beatAt.toISOString(),
  }));
}

/** As PostgreSQL names itself, e.g. 18.4. */
export async function databaseVersion(sql: Sql): Promise<string> {
  const { rows } = await sql.query<{ server_version: string }>('SHOW server_version');
  return rows[0]?.server_version.split(' ', 1)[0] ?? '';
}

const toRewrapKey = 'to_rewrap';

/** Values left under superseded data keys, as a worker has counted them last. */
export async function readToRewrap(sql: Sql): Promise<SystemView['keys']['toRewrap']> {
  const { rows } = await sql.query<{ value: string }>('SELECT value FROM setting WHERE key = $1', [toRewrapKey]);
  const stored = rows[0]?.value;
  return stored === undefined ? { values: null, countedAt: null } : (JSON.parse(stored) as SystemView['keys']['toRewrap']);
}

/** Keeps that count. */
export async function keepToRewrap(sql: Sql, values: number): Promise<void> {
  await sql.query(
    `INSERT INTO setting (key, value) VALUES ($1, json_build_object('values', $2::int, 'countedAt', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::text)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
    [toRewrapKey, values],
  );
}
