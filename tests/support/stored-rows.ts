import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';

type Sql = Pick<pg.Pool, 'query'>;
/** Columns by their names; a `raw(…)` is SQL. */
type Columns = object;

class Raw {
  constructor(readonly sql: string) {}
}

/** An SQL expression as a column's value: `raw("now() - interval '1 minute'")`. */
export const raw = (sql: string): Raw => new Raw(sql);

/** `now()` moved by so many seconds. */
export const inSeconds = (seconds: number): Raw => raw(`now() + make_interval(secs => ${seconds})`);

/** Stores one row and answers it: what PostgreSQL's defaults do not know must be given. */
async function store(sql: Sql, table: string, given: Columns): Promise<Record<string, unknown>> {
  const columns = given as Record<string, unknown>;
  const names = Object.keys(columns);
  const values: unknown[] = [];
  const places = names.map((name) => {
    const value = columns[name];
    if (value instanceof Raw) return value.sql;
    values.push(value);
    return `$${values.length}`;
  });
  const { rows } = await sql.query(
    `INSERT INTO "${table}" (${names.join(', ')}) VALUES (${places.join(', ')}) RETURNING *`,
    values,
  );
  return rows[0];
}

export interface StoredProfile {
  id: string;
  assistantId: string;
  name: string;
}

/** A profile, with an assistant of its own unless told another. */
export async function storedProfile(sql: Sql, columns: Columns = {}): Promise<StoredProfile> {
  const assistantId = (columns as { assistant_id?: string }).assistant_id ?? (await storedAssistant(sql));
  const id = (columns as { id?: string }).id ?? randomUUID();
  const name = (columns as { name?: string }).name ?? `Profile ${id}`;
  await store(sql, 'profile', { status: 'active', definition: '{}', ...columns, id, assistant_id: assistantId, name });
  return { id, assistantId, name };
}

export async function storedAssistant(sql: Sql): Promise<string> {
  const id = randomUUID();
  await store(sql, 'assistant', { id, name: `Assistant ${id}` });
  return id;
}

/** A runtime key of an assistant; its hash is what an ask bears. */
export async function storedKey(sql: Sql, assistantId: string, columns: Columns = {}): Promise<{ id: string; hash: Buffer }> {
  const [id, hash] = [randomUUID(), randomBytes(32)];
  await store(sql, 'runtime_key', { id, assistant_id: assistantId, name: 'Runtime', hash, created_by: 'test', ...columns });
  return { id, hash };
}

/** An active grant with an hour-long token half used up; its sealed bytes are random. */
export async function storedGrant(
  sql: Sql,
  profile: StoredProfile,
  columns: Columns = {},
): Promise<{ id: string; user: string; handOut: Buffer }> {
  const id = randomUUID();
  const row = await store(sql, 'grant', {
    id,
    assistant_id: profile.assistantId,
    profile_id: profile.id,
    user_id: `user-${id}`,
    account: 'default',
    status: 'active',
    hand_out: randomBytes(40),
    refresh_token: randomBytes(40),
    lifetime_seconds: 3600,
    issued_at: inSeconds(-1800),
    expires_at: inSeconds(1800),
    origins: ['https://provider.example'],
    client_id: 'client',
    authorization_id: randomUUID(),
    ...columns,
  });
  return { id: row.id as string, user: row.user_id as string, handOut: row.hand_out as Buffer };
}

/** An authorization, waiting for 10 minutes unless told otherwise. */
export async function storedAuthorization(sql: Sql, profile: StoredProfile, columns: Columns = {}): Promise<string> {
  const id = randomUUID();
  await store(sql, 'authorization', {
    id,
    assistant_id: profile.assistantId,
    profile_id: profile.id,
    user_id: `user-${id}`,
    account: 'default',
    state: 'waiting',
    identity_check: 'confirm',
    ask_hash: randomBytes(32),
    runtime_key_id: randomUUID(),
    correlation_id: `asked-${id}`,
    expires_at: inSeconds(600),
    ...columns,
  });
  return id;
}

/** A test run that waits for a person, unless told otherwise. */
export async function storedTestRun(sql: Sql, profile: StoredProfile, columns: Columns = {}): Promise<string> {
  const id = randomUUID();
  await store(sql, 'test_run', {
    id,
    assistant_id: profile.assistantId,
    profile_id: profile.id,
    revision: 1,
    state: 'awaiting_consent',
    started_by: 'operator:test',
    correlation_id: `tested-${id}`,
    expires_at: inSeconds(600),
    ...columns,
  });
  return id;
}

/** One column of one row. */
export async function columnOf<T>(sql: Sql, table: string, id: string, expression: string): Promise<T> {
  const { rows } = await sql.query(`SELECT ${expression} AS value FROM "${table}" WHERE id = $1`, [id]);
  return (rows[0] as { value: T } | undefined)?.value as T;
}

interface RunsWork<X> {
  run<T>(context: { actor: { kind: 'worker' }; correlationId: string }, work: (transaction: X) => Promise<T>): Promise<T>;
}

/** Does `work` as the worker would. */
export function asWorker<X, T>(unitOfWork: RunsWork<X>, work: (transaction: X) => Promise<T>): Promise<T> {
  return unitOfWork.run({ actor: { kind: 'worker' }, correlationId: 'test' }, work);
}
