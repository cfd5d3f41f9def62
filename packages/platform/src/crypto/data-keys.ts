import type { Sql } from '../database/pool.js';
import type { KeyRing, RingKey } from './key-ring.js';
import { keyVersionOf, openWith, type Place, sealWith } from './sealing.js';

/** A data key as it is stored: wrapped by the key of the ring that it names. */
export interface WrappedKey {
  assistantId: string;
  version: number;
  ringKeyId: string;
  wrapped: Buffer;
}

/** Every stored data key, or one assistant's, in the order of their ids. */
export async function readWrappedKeys(sql: Sql, assistantId: string | null = null): Promise<WrappedKey[]> {
  const { rows } = await sql.query<WrappedKey>(
    `SELECT assistant_id AS "assistantId", version, ring_key_id AS "ringKeyId", wrapped FROM data_key
     WHERE $1::uuid IS NULL OR assistant_id = $1 ORDER BY assistant_id, version`,
    [assistantId],
  );
  return rows;
}

/** Wraps a data key for its assistant and version; under another name, or for another assistant, it does not open. */
export function wrapDataKey(ringKey: RingKey, assistantId: string, version: number, dataKey: Buffer): Buffer {
  return sealWith(ringKey.key, 0, wrapping(assistantId, version, ringKey.id), dataKey);
}

/** Throws, naming the key, where the ring lacks it; throws where it is not the key that wrapped this one. */
export function unwrapDataKey(ring: KeyRing, { assistantId, version, ringKeyId, wrapped }: WrappedKey): Buffer {
  const ringKey = ring.find(ringKeyId);
  if (!ringKey) throw new Error(`the key ring lacks key ${ringKeyId}, which wraps a data key`);
  return openWith(ringKey.key, wrapping(assistantId, version, ringKeyId), wrapped);
}

/** Seals a value for its place, under one version of an assistant's data key. */
export function sealUnder(dataKey: Buffer, version: number, assistantId: string, place: Place, plain: Buffer): Buffer {
  return sealWith(dataKey, version, associated(assistantId, place, version), plain);
}

/** Opens a value of this place; throws where its data key is not among `keys`, or anything of it was changed. */
export function openUnder(keys: ReadonlyMap<number, Buffer>, assistantId: string, place: Place, sealed: Buffer): Buffer {
  const version = keyVersionOf(sealed);
  const key = keys.get(version);
  if (!key) throw new Error(`data key ${version} of assistant ${assistantId} does not exist`);
  return openWith(key, associated(assistantId, place, version), sealed);
}

const associated = (assistantId: string, place: Place, keyVersion: number): string =>
  `v1|${assistantId}|${place.table}|${place.row}|${place.field}|${keyVersion}`;
const wrapping = (assistantId: string, version: number, ringKeyId: string): string =>
  `v1|data-key|${assistantId}|${version}|${ringKeyId}`;
