import { unwrapDataKey, type WrappedKey } from '../crypto/data-keys.js';
import type { KeyRing } from '../crypto/key-ring.js';

/** The ring cannot open what is stored: nothing was changed. The message names keys, never their content. */
export class KeyRingUnfit extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`KEY_RING does not fit, and nothing was changed: ${problems.join('; ')}`);
    this.name = new.target.name;
  }
}

/** Opens every one of these data keys, by assistant and version. Throws KeyRingUnfit, naming each key that is missing or is another than the one that wrapped. */
export function openDataKeys(ring: KeyRing, rows: readonly WrappedKey[]): Map<string, Map<number, Buffer>> {
  const opened = new Map<string, Map<number, Buffer>>();
  const failures = new Map<string, number>();
  for (const row of rows) {
    try {
      const keys = opened.get(row.assistantId) ?? new Map<number, Buffer>();
      keys.set(row.version, unwrapDataKey(ring, row));
      opened.set(row.assistantId, keys);
    } catch {
      failures.set(row.ringKeyId, (failures.get(row.ringKeyId) ?? 0) + 1);
    }
  }
  if (failures.size > 0) throw new KeyRingUnfit([...failures].map(([id, count]) => problemWith(ring, id, count)));
  return opened;
}

function problemWith(ring: KeyRing, ringKeyId: string, count: number): string {
  const dataKeys = `${count} data key${count === 1 ? '' : 's'}`;
  return ring.find(ringKeyId)
    ? `key "${ringKeyId}" does not open ${dataKeys} wrapped under that name`
    : `it lacks key "${ringKeyId}", which wraps ${dataKeys}`;
}
