import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { readWrappedKeys } from '../crypto/data-keys.js';
import type { KeyRing } from '../crypto/key-ring.js';
import { inTransaction } from '../database/pool.js';
import { appendAudit } from '../operators/audit.store.js';
import { countSealed } from './key-use.view.js';
import { type RewrapFailure, TableRewrap, type TargetKeys } from './rewrap-table.js';
import { openDataKeys } from './ring-check.js';
import { sealedTables } from './sealed-columns.js';

export interface RewrapOptions {
  /** One assistant's values only; null: all. */
  assistantId: string | null;
  /** At most so many values a second; 0: as fast as it goes. */
  valuesPerSecond: number;
  /** Stops after the batch under way. */
  signal?: AbortSignal;
  onProgress?: (progress: RewrapProgress) => void;
}

/** How far a run is, in sealed values. */
export interface RewrapProgress {
  table: string;
  /** What there was to do when the run began, in all tables. */
  total: number;
  processed: number;
  rewrapped: number;
  /** Changed or held by somebody else each time. */
  skipped: number;
  failed: number;
}

export interface RewrapOutcome extends Omit<RewrapProgress, 'table'> {
  finished: boolean;
  /** Values that are not under their assistant's current version now, those that failed among them. */
  remaining: number;
  seconds: number;
  /** The first hundred. */
  failures: RewrapFailure[];
}

const batchRows = 200;
const failuresShown = 100;

/**
 * Seals every stored value that is under an older version of its assistant's data key anew under the current one, while everything else goes on. Safe to kill,
 * to run again and to run twice at once. Throws KeyRingUnfit before anything is touched.
 */
export async function rewrapValues(pool: pg.Pool, ring: KeyRing, actor: string, options: RewrapOptions): Promise<RewrapOutcome> {
  const { assistantId, valuesPerSecond } = options;
  const opened = openDataKeys(ring, await readWrappedKeys(pool, assistantId));
  const targets = new Map([...opened].map(([id, keys]) => [id, { target: Math.max(...keys.keys()), keys }]));
  const total = await countOlder(pool, assistantId, targets);
  const began = performance.now();
  const subject = assistantId === null ? 'assistants:all' : `assistant:${assistantId}`;
  const record = (action: string, detail: Record<string, unknown>): Promise<void> =>
    inTransaction(pool, (sql) => appendAudit(sql, [{ actor, action, subject, assistantId, detail }]));

  await record('keys.rewrap', { total, valuesPerSecond });
  const run = new Run(pool, targets, total, options);
  const finished = await run.toTheEnd();
  const remaining = await countOlder(pool, assistantId, targets);
  const { processed, rewrapped, skipped, failed } = run;
  await record('keys.rewrap-ended', { finished, rewrapped, skipped, failed, remaining });
  const seconds = (performance.now() - began) / 1000;
  return { finished, total, processed, rewrapped, skipped, failed, remaining, seconds, failures: run.failures };
}

/** One run over all tables, at its pace. */
class Run {
  rewrapped = 0;
  skipped = 0;
  failed = 0;
  readonly failures: RewrapFailure[] = [];
  private readonly began = performance.now();

  constructor(
    private readonly pool: pg.Pool,
    private readonly targets: ReadonlyMap<string, TargetKeys>,
    private readonly total: number,
    private readonly options: RewrapOptions,
  ) {}

  get processed(): number {
    return this.rewrapped + this.skipped + this.failed;
  }

  /** False when it was stopped. */
  async toTheEnd(): Promise<boolean> {
    const { signal, valuesPerSecond: rate } = this.options;
    const rows = rate === 0 ? batchRows : Math.min(batchRows, Math.max(1, Math.floor(rate / 4))); // a pause is never much longer than half a second
    for (const table of sealedTables) {
      const rewrap = new TableRewrap(this.pool, table, this.targets);
      for (let after: string | null = null; ; ) {
        if (signal?.aborted) return false;
        const outcome = await rewrap.next(after, rows);
        if (outcome.last === null) break;
        after = outcome.last;
        this.rewrapped += outcome.rewrapped;
        this.skipped += outcome.skipped;
        this.failed += outcome.failures.length;
        this.failures.push(...outcome.failures.slice(0, failuresShown - this.failures.length));
        const { processed, rewrapped, skipped, failed, total } = this;
        this.options.onProgress?.({ table: table.name, total, processed, rewrapped, skipped, failed });
        await this.keepPace();
      }
    }
    return true;
  }

  private async keepPace(): Promise<void> {
    const { valuesPerSecond: rate, signal } = this.options;
    if (rate === 0) return;
    const ahead = (this.processed / rate) * 1000 - (performance.now() - this.began);
    if (ahead > 0) await pause(ahead, undefined, { signal }).catch(() => undefined); // stopped: the caller looks at the signal
  }
}

async function countOlder(pool: pg.Pool, assistantId: string | null, targets: ReadonlyMap<string, TargetKeys>): Promise<number> {
  const counts = await countSealed(pool, assistantId);
  return counts
    .filter((count) => {
      const keys = targets.get(count.assistantId);
      return keys !== undefined && count.version !== keys.target;
    })
    .reduce((sum, { values }) => sum + values, 0);
}
