import { readFileSync } from 'node:fs';

/** One master key: 256 bits under a name. */
export interface RingKey {
  id: string;
  key: Buffer;
}

/** Node skips what is no base64: a mistyped key would silently be another one. */
const base64 = /^[A-Za-z0-9+/_-]+={0,2}$/;

/** The master keys, current first. They wrap data keys and nothing else; a KMS can stand behind the same two questions. */
export class KeyRing {
  private constructor(private readonly keys: readonly [RingKey, ...RingKey[]]) {}

  /** Reads `id:base64[,older:base64…]` or `file:<path>` holding the same. Throws with the entry's position, never its content. */
  static read(setting: string): KeyRing {
    const text = setting.startsWith('file:') ? readFileSync(setting.slice(5), 'utf8') : setting;
    const keys = text
      .split(/[,\n]/)
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .map((entry, index) => {
        const [id = '', encoded = '', ...rest] = entry.split(':');
        const key = rest.length === 0 && base64.test(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
        if (!/^[A-Za-z0-9_-]{1,32}$/.test(id))
          throw new Error(`KEY_RING entry ${index + 1}: the key's name must be 1 to 32 of A-Z a-z 0-9 _ -`);
        if (key.length !== 32) throw new Error(`KEY_RING entry ${index + 1}: the key must be 32 bytes in base64`);
        return { id, key };
      });
    const [current, ...older] = keys;
    if (!current) throw new Error('KEY_RING holds no key');
    if (new Set(keys.map(({ id }) => id)).size !== keys.length) throw new Error('KEY_RING names a key twice');
    return new KeyRing([current, ...older]);
  }

  get current(): RingKey {
    return this.keys[0];
  }

  get all(): readonly RingKey[] {
    return this.keys;
  }

  find(id: string): RingKey | undefined {
    return this.keys.find((key) => key.id === id);
  }
}
