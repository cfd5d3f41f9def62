import { setTimeout as pause } from 'node:timers/promises';
import { openUnder, readWrappedKeys, sealUnder } from '../crypto/data-keys.js';
import type { Sql } from '../database/pool.js';
import { headerBytes, headerOf, placeIn, type SealedTable, versionIn } from './sealed-columns.js';

/** A value that was left as it is, because it could not be opened. Never its content. */
export interface RewrapFailure {
  table: string;
  id: string;
  column: string;
  reason: string;
}

/** An assistant's opened data keys, and the version that its values are moved to. */
export interface TargetKeys {
  target: number;
  keys: ReadonlyMap<number, Buffer>;
}

interface Row {
  id: string;
  assistantId: string;
  placeRow: string;
  guard: number;
  /** In the order of the table's columns. */
  sealed: (Buffer | null)[];
}

interface Resealed extends Row {
  /** Null where the value stays as it is. */
  anew: (Buffer | null)[];
}

export interface BatchOutcome {
  /** The last id that was looked at; null when there is nothing after it. */
  last: string | null;
  rewrapped: number;
  skipped: number;
  failures: RewrapFailure[];
}

class Unopenable extends Error {}

const attempts = 3;
/** Locks on these rows are held for a few statements at most. */
const heldForMs = 20;

/** Moves one table's values to the current versions, a batch of rows at a time. What to do is read from the values themselves: any run goes on where another stopped. */
export class TableRewrap {
  /** Versions that came after this run had begun: what is sealed under them is newer than what this run would make. */
  private readonly newer = new Set<string>();

  constructor(
    private readonly sql: Sql,
    private readonly table: SealedTable,
    private readonly targets: ReadonlyMap<string, TargetKeys>,
  ) {}

  /** Rewraps the rows after this id, at most `limit` of them. A row that somebody changed or holds meanwhile is looked at again, three times in all. */
  async next(after: string | null, limit: number): Promise<BatchOutcome> {
    let rows = await this.read('($1::uuid IS NULL OR t.id > $1)', after, limit);
    const outcome: BatchOutcome = { last: rows.at(-1)?.id ?? null, rewrapped: 0, skipped: 0, failures: [] };
    for (let attempt = 1; rows.length > 0; attempt += 1) {
      const resealed: Resealed[] = [];
      for (const row of rows) resealed.push({ ...row, anew: await this.resealed(row, outcome.failures) });
      const wanted = resealed.filter(({ anew }) => anew.some((one) => one !== null));
      const stored = await this.store(wanted);
      const missed = wanted.filter(({ id }) => !stored.has(id));
      if (attempt === 1) outcome.skipped = valuesOf(wanted);
      outcome.rewrapped += valuesOf(wanted) - valuesOf(missed);
      if (missed.length === 0 || attempt === attempts) break;
      await pause(heldForMs);
      const ids = missed.map(({ id }) => id);
      outcome.failures = outcome.failures.filter(({ id }) => !ids.includes(id)); // judged anew
      rows = await this.read('t.id = ANY($1)', ids, limit);
    }
    outcome.skipped = Math.max(0, outcome.skipped - outcome.rewrapped);
    return outcome;
  }

  private async read(which: string, parameter: unknown, limit: number): Promise<Row[]> {
    const { name, columns, guard, placeRow } = this.table;
    const old = columns.map((column) => `substring(t.${column} FROM 1 FOR ${headerBytes}) <> k.header`).join(' OR ');
    const { rows } = await this.sql.query<Row>(
      `SELECT t.id, t.assistant_id AS "assistantId", t.${placeRow} AS "placeRow", ${guard === null ? '0' : `t.${guard}`} AS guard,
         ARRAY[${columns.map((column) => `t.${column}`).join(', ')}] AS sealed
       FROM "${name}" t JOIN unnest($2::uuid[], $3::bytea[]) AS k(assistant_id, header) ON k.assistant_id = t.assistant_id
       WHERE ${which} AND (${old}) ORDER BY t.id LIMIT $4`,
      [parameter, [...this.targets.keys()], [...this.targets.values()].map(({ target }) => headerOf(target)), limit],
    );
    return rows;
  }

  private async resealed(row: Row, failures: RewrapFailure[]): Promise<(Buffer | null)[]> {
    const anew: (Buffer | null)[] = [];
    for (const [index, column] of this.table.columns.entries()) {
      const sealed = row.sealed[index] ?? null;
      try {
        anew.push(sealed && (await this.reseal(row, column, sealed)));
      } catch (error) {
        if (!(error instanceof Unopenable)) throw error;
        anew.push(null);
        failures.push({ table: this.table.name, id: row.id, column, reason: error.message });
      }
    }
    return anew;
  }

  /** Null where the value is under the current version, or a newer one, already. */
  private async reseal({ assistantId, placeRow }: Row, column: string, sealed: Buffer): Promise<Buffer | null> {
    const { target, keys } = this.targets.get(assistantId) as TargetKeys;
    const version = versionIn(sealed.subarray(0, headerBytes));
    if (version === null) throw new Unopenable('it is no sealed value');
    if (version === target || (version > target && (await this.exists(assistantId, version)))) return null;
    if (!keys.has(version)) throw new Unopenable(`it names data key ${version}, which does not exist`);
    const place = placeIn(this.table, placeRow, column);
    let plain: Buffer;
    try {
      plain = openUnder(keys, assistantId, place, sealed);
    } catch {
      throw new Unopenable('it does not open: changed, or sealed for another place');
    }
    return sealUnder(keys.get(target) as Buffer, target, assistantId, place, plain);
  }

  private async exists(assistantId: string, version: number): Promise<boolean> {
    const name = `${assistantId} ${version}`;
    if (!this.newer.has(name)) {
      for (const key of await readWrappedKeys(this.sql, assistantId)) this.newer.add(`${assistantId} ${key.version}`);
    }
    return this.newer.has(name);
  }

  /** By compare-and-set on version and sealed bytes, rows locked in the order of ids, locked ones passed over; `version` stays. Answers the ids that were written. */
  private async store(rows: readonly Resealed[]): Promise<ReadonlySet<string>> {
    if (rows.length === 0) return new Set();
    const { name, columns, guard } = this.table;
    const indexes = columns.map((_, index) => index);
    const arrays = indexes.map((index) => `$${3 + 2 * index}::bytea[], $${4 + 2 * index}::bytea[]`).join(', ');
    const { rows: stored } = await this.sql.query<{ id: string }>(
      `WITH n AS MATERIALIZED (
         SELECT * FROM unnest($1::uuid[], $2::int[], ${arrays})
           AS n(id, guard, ${indexes.map((index) => `old${index}, new${index}`).join(', ')})),
       k AS MATERIALIZED (SELECT id FROM "${name}" WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
       UPDATE "${name}" t SET ${columns.map((column, index) => `${column} = coalesce(n.new${index}, t.${column})`).join(', ')}
       FROM n JOIN k ON k.id = n.id
       WHERE t.id = n.id AND n.guard = ${guard === null ? '0' : `t.${guard}`}
         AND ${columns.map((column, index) => `t.${column} IS NOT DISTINCT FROM n.old${index}`).join(' AND ')} RETURNING t.id`,
      [
        rows.map(({ id }) => id),
        rows.map(({ guard: at }) => at),
        ...indexes.flatMap((index) => [rows.map(({ sealed }) => sealed[index]), rows.map(({ anew }) => anew[index])]),
      ],
    );
    return new Set(stored.map(({ id }) => id));
  }
}

const valuesOf = (rows: readonly Resealed[]): number =>
  rows.reduce((sum, { anew }) => sum + anew.filter((one) => one !== null).length, 0);
