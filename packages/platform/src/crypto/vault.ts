import { randomBytes } from 'node:crypto';
import type { Sql } from '../database/pool.js';
import type { KeyRing } from './key-ring.js';
import { keyVersionOf, openWith, type Place, sealWith } from './sealing.js';

interface OpenedKeys {
  current: number;
  keys: Map<number, Buffer>;
  until: number;
}

const openedForMs = 5 * 60_000;

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
    const { current, keys } = await this.keysOf(assistantId);
    return sealWith(keys.get(current) as Buffer, current, associated(assistantId, place, current), Buffer.from(plain));
  }

  async open(assistantId: string, place: Place, sealed: Buffer): Promise<string> {
    const version = keyVersionOf(sealed);
    let keys = (await this.keysOf(assistantId)).keys;
    if (!keys.has(version)) keys = (await this.load(assistantId)).keys;
    return openUnder(keys, assistantId, place, sealed);
  }

  /** As `open`, without waiting, where the assistant's keys are open already; null where they are not. */
  openNow(assistantId: string, place: Place, sealed: Buffer): string | null {
    const opened = this.opened.get(assistantId);
    if (!opened || opened.until < this.now() || !opened.keys.has(keyVersionOf(sealed))) return null;
    return openUnder(opened.keys, assistantId, place, sealed);
  }

  /** How many assistants' keys are open now. */
  get openedAssistants(): number {
    return this.opened.size;
  }

  private async keysOf(assistantId: string): Promise<OpenedKeys> {
    const opened = this.opened.get(assistantId);
    return opened && opened.until >= this.now() ? opened : this.load(assistantId);
  }

  private load(assistantId: string): Promise<OpenedKeys> {
    const underway = this.opening.get(assistantId);
    if (underway) return underway;
    const loading = this.read(assistantId).finally(() => this.opening.delete(assistantId));
    this.opening.set(assistantId, loading);
    return loading;
  }

  private async read(assistantId: string): Promise<OpenedKeys> {
    let rows = await this.wrappedKeys(assistantId);
    if (rows.length === 0) {
      await this.addFirstKey(assistantId);
      rows = await this.wrappedKeys(assistantId);
    }
    const keys = new Map<number, Buffer>();
    for (const { version, ring_key_id: ringKeyId, wrapped } of rows) {
      const ringKey = this.ring.find(ringKeyId);
      if (!ringKey) throw new Error(`the key ring lacks key ${ringKeyId}, which wraps a data key`);
      keys.set(version, openWith(ringKey.key, wrapping(assistantId, version, ringKeyId), wrapped));
    }
    const opened = { current: Math.max(...keys.keys()), keys, until: this.now() + openedForMs };
    this.opened.set(assistantId, opened);
    setTimeout(() => this.forget(assistantId, opened), openedForMs).unref();
    return opened;
  }

  private forget(assistantId: string, opened: OpenedKeys): void {
    if (this.opened.get(assistantId) === opened) this.opened.delete(assistantId);
  }

  private async wrappedKeys(assistantId: string): Promise<{ version: number; ring_key_id: string; wrapped: Buffer }[]> {
    const { rows } = await this.sql.query('SELECT version, ring_key_id, wrapped FROM data_key WHERE assistant_id = $1', [assistantId]);
    return rows as { version: number; ring_key_id: string; wrapped: Buffer }[];
  }

  private async addFirstKey(assistantId: string): Promise<void> {
    const { id, key } = this.ring.current;
    const wrapped = sealWith(key, 0, wrapping(assistantId, 1, id), randomBytes(32));
    await this.sql.query('INSERT INTO data_key (assistant_id, version, ring_key_id, wrapped) VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING', [assistantId, id, wrapped]);
  }
}

function openUnder(keys: Map<number, Buffer>, assistantId: string, place: Place, sealed: Buffer): string {
  const version = keyVersionOf(sealed);
  const key = keys.get(version);
  if (!key) throw new Error(`data key ${version} of assistant ${assistantId} does not exist`);
  return openWith(key, associated(assistantId, place, version), sealed).toString();
}

const associated = (assistantId: string, place: Place, keyVersion: number): string =>
  `v1|${assistantId}|${place.table}|${place.row}|${place.field}|${keyVersion}`;
const wrapping = (assistantId: string, version: number, ringKeyId: string): string => `v1|data-key|${assistantId}|${version}|${ringKeyId}`;
