import { randomBytes } from 'node:crypto';
import type { Sql } from '../database/pool.js';
import { openUnder, readWrappedKeys, sealUnder, unwrapDataKey, wrapDataKey } from './data-keys.js';
import type { KeyRing } from './key-ring.js';
import { keyVersionOf, type Place } from './sealing.js';

interface OpenedKeys {
  current: number;
  keys: Map<number, Buffer>;
  until: number;
  /** From then on they are read again before anything is opened. */
  freshUntil: number;
}

const openedForMs = 5 * 60_000;
/** Who has just opened a value can seal for so long without the database: a flight seals its answer when it comes, also while PostgreSQL is away. */
const sealableForMs = 60_000;

/** Seals and opens values under per-assistant data keys, which the key ring wraps. Opened data keys are kept for at most 5 minutes. */
export class Vault {
  private readonly opened = new Map<string, OpenedKeys>();
  private readonly opening = new Map<string, Promise<OpenedKeys>>();

  constructor(
    private readonly sql: Sql,
    private readonly ring: KeyRing,
    private readonly now: () => number = () => performance.now(),
  ) {}

  async seal(assistantId: string, place: Place, plain: string): Promise<Buffer> {
    const { current, keys } = await this.keysOf(assistantId, 'until');
    return sealUnder(keys.get(current) as Buffer, current, assistantId, place, Buffer.from(plain));
  }

  async open(assistantId: string, place: Place, sealed: Buffer): Promise<string> {
    const version = keyVersionOf(sealed);
    let keys = (await this.keysOf(assistantId, 'freshUntil')).keys;
    if (!keys.has(version)) keys = (await this.load(assistantId)).keys;
    if (!keys.has(version)) keys = (await this.load(assistantId)).keys; // that load was under way, and may have read before this version was made
    return openUnder(keys, assistantId, place, sealed).toString();
  }

  /** As `open`, without waiting, where the assistant's keys are open already; null where they are not. */
  openNow(assistantId: string, place: Place, sealed: Buffer): string | null {
    const opened = this.opened.get(assistantId);
    if (!opened || opened.until < this.now() || !opened.keys.has(keyVersionOf(sealed))) return null;
    return openUnder(opened.keys, assistantId, place, sealed).toString();
  }

  /** How many assistants' keys are open now. */
  get openedAssistants(): number {
    return this.opened.size;
  }

  private async keysOf(assistantId: string, atLeast: 'until' | 'freshUntil'): Promise<OpenedKeys> {
    const opened = this.opened.get(assistantId);
    return opened && opened[atLeast] >= this.now() ? opened : this.load(assistantId);
  }

  private load(assistantId: string): Promise<OpenedKeys> {
    const underway = this.opening.get(assistantId);
    if (underway !== undefined) return underway;
    const loading = this.read(assistantId).finally(() => this.opening.delete(assistantId));
    this.opening.set(assistantId, loading);
    return loading;
  }

  private async read(assistantId: string): Promise<OpenedKeys> {
    let rows = await readWrappedKeys(this.sql, assistantId);
    if (rows.length === 0) {
      await this.addFirstKey(assistantId);
      rows = await readWrappedKeys(this.sql, assistantId);
    }
    const keys = new Map(rows.map((row) => [row.version, unwrapDataKey(this.ring, row)]));
    const until = this.now() + openedForMs;
    const opened = { current: Math.max(...keys.keys()), keys, until, freshUntil: until - sealableForMs };
    this.opened.set(assistantId, opened);
    setTimeout(() => this.forget(assistantId, opened), openedForMs).unref();
    return opened;
  }

  private forget(assistantId: string, opened: OpenedKeys): void {
    if (this.opened.get(assistantId) === opened) this.opened.delete(assistantId);
  }

  private async addFirstKey(assistantId: string): Promise<void> {
    const { current } = this.ring;
    const wrapped = wrapDataKey(current, assistantId, 1, randomBytes(32));
    await this.sql.query(
      'INSERT INTO data_key (assistant_id, version, ring_key_id, wrapped) VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING',
      [assistantId, current.id, wrapped],
    );
  }
}
