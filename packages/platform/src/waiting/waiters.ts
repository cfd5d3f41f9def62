import type pg from 'pg';
import { Listener } from '../database/listener.js';

/** A place in the list of those who wait for one grant, authorization, revocation or test run. Register before reading the state, so that nothing is missed between. */
export interface Ticket {
  /** True when it may have settled (read again), false after `ms`; soon false in a process that is about to stop. */
  within(ms: number): Promise<boolean>;
  release(): void;
}

interface Entry {
  wake: (() => void) | null;
  /** A settle came before `within` was called. */
  due: boolean;
}

const safetyNetMs = 250;
/** A process that stops has no net and hears nothing: who cannot leave yet reads this often. */
const whileStoppingMs = 250;

/**
 * One list of waiters per process, woken by NOTIFY gk_settled on a connection of its own. As a safety net for lost notifications one statement each
 * 250 ms reads the stamps of all that are waited for, and wakes those that moved, and those that it has not seen before: they may have moved already.
 */
export class Waiters {
  private readonly waiting = new Map<string, Set<Entry>>();
  private readonly stamps = new Map<string, string>();
  private readonly listener: Listener;
  private net: NodeJS.Timeout | undefined;
  private reading = false;
  private stopping = false;

  constructor(
    databaseUrl: string,
    private readonly pool: Pick<pg.Pool, 'query'>,
  ) {
    const channels = {
      gk_settled: (ids: string): void => {
        for (const id of ids.split(',')) this.wake(id);
      },
    };
    this.listener = new Listener(databaseUrl, channels, () => this.wakeAll());
  }

  async start(): Promise<void> {
    await this.listener.start();
    this.net = setInterval(() => void this.castNet(), safetyNetMs);
    this.net.unref();
  }

  /** Lets everybody go who can be answered with what there is. */
  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.net);
    this.wakeAll();
    await this.listener.stop();
  }

  get isStopping(): boolean {
    return this.stopping;
  }

  /** How many wait now. */
  get size(): number {
    return [...this.waiting.values()].reduce((sum, entries) => sum + entries.size, 0);
  }

  register(id: string): Ticket {
    const entry: Entry = { wake: null, due: false };
    const entries = this.waiting.get(id) ?? new Set();
    entries.add(entry);
    this.waiting.set(id, entries);
    return {
      within: (ms) => waitOn(entry, this.stopping ? Math.min(ms, whileStoppingMs) : ms),
      release: () => this.remove(id, entry),
    };
  }

  private remove(id: string, entry: Entry): void {
    const entries = this.waiting.get(id);
    entries?.delete(entry);
    if (entries?.size === 0) {
      this.waiting.delete(id);
      this.stamps.delete(id);
    }
  }

  private wake(id: string): void {
    for (const entry of this.waiting.get(id) ?? []) {
      entry.due = true;
      entry.wake?.();
    }
  }

  private wakeAll(): void {
    for (const id of this.waiting.keys()) this.wake(id);
  }

  private async castNet(): Promise<void> {
    if (this.waiting.size === 0 || this.reading) return;
    this.reading = true;
    const ids = [...this.waiting.keys()];
    try {
      const { rows } = await this.pool.query<{ id: string; stamp: string }>({
        name: 'waiters-net',
        text: `SELECT id, concat_ws('|', version, status, failures, due_at, refused_at) AS stamp FROM "grant" WHERE id = ANY($1)
               UNION ALL SELECT id, state AS stamp FROM "authorization" WHERE id = ANY($1)
               UNION ALL SELECT id, state AS stamp FROM revocation WHERE id = ANY($1)
               UNION ALL SELECT id, concat_ws('|', state, progress) AS stamp FROM test_run WHERE id = ANY($1)`,
        values: [ids],
      });
      const found = new Map(rows.map(({ id, stamp }) => [id, stamp]));
      for (const id of ids) {
        const stamp = found.get(id) ?? '';
        if (!this.waiting.has(id) || this.stamps.get(id) === stamp) continue;
        this.stamps.set(id, stamp);
        this.wake(id);
      }
    } catch {
      // The next cast reads again; deadlines are the callers'.
    } finally {
      this.reading = false;
    }
  }
}

function waitOn(entry: Entry, ms: number): Promise<boolean> {
  if (entry.due) {
    entry.due = false;
    return Promise.resolve(true);
  }
  return new Promise((resolve) => {
    const timer = setTimeout(() => done(false), Math.max(0, ms));
    const done = (settled: boolean): void => {
      clearTimeout(timer);
      entry.wake = null;
      entry.due = false;
      resolve(settled);
    };
    entry.wake = () => done(true);
  });
}
