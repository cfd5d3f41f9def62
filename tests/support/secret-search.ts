/** Where a secret was seen, and in which spelling; never the secret itself. */
export interface Sighting {
  secret: string;
  spelling: string;
  place: string;
}

interface Needle {
  secret: string;
  spelling: string;
  bytes: Buffer;
}

const headBytes = 3;
const shortest = 16;

/** Looks for secrets as they are, in hex and in base64 and base64url at every alignment, in one pass over any bytes. */
export class SecretSearch {
  private readonly needles = new Map<number, Needle[]>();
  private readonly isHead = new Uint8Array(1 << (8 * headBytes));

  /** Secrets by the name that a sighting is told with. */
  constructor(secrets: Readonly<Record<string, readonly string[]>>) {
    for (const [secret, values] of Object.entries(secrets)) {
      if (values.length === 0) throw new Error(`nothing to look for: ${secret}`);
      for (const value of values) for (const needle of needlesOf(secret, value)) this.add(needle);
    }
  }

  /** Every kind of sighting in these bytes, each once. */
  in(place: string, content: Buffer | string): Sighting[] {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    const seen = new Map<string, Sighting>();
    let head = 0;
    for (let end = 0; end < bytes.length; end += 1) {
      head = ((head << 8) | (bytes[end] ?? 0)) & 0xffffff;
      if (this.isHead[head] === 0 || end < headBytes - 1) continue;
      const start = end - headBytes + 1;
      for (const { secret, spelling, bytes: wanted } of this.needles.get(head) ?? []) {
        if (bytes.compare(wanted, 0, wanted.length, start, Math.min(start + wanted.length, bytes.length)) === 0)
          seen.set(`${secret} ${spelling}`, { secret, spelling, place });
      }
    }
    return [...seen.values()];
  }

  private add(needle: Needle): void {
    const head = needle.bytes.readUIntBE(0, headBytes);
    this.isHead[head] = 1;
    this.needles.set(head, [...(this.needles.get(head) ?? []), needle]);
  }
}

function needlesOf(secret: string, value: string): Needle[] {
  if (value.length < shortest) throw new Error(`too short to be looked for: ${secret}`);
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  const spellings: [string, string][] = [
    ['as it is', value],
    ['hex', hex],
    ['HEX', hex.toUpperCase()],
    ['backwards', [...value].reverse().join('')],
  ];
  for (const encoding of ['base64', 'base64url'] as const) {
    for (const shift of [0, 1, 2]) spellings.push([`${encoding}+${shift}`, within(bytes, encoding, shift)]);
  }
  return spellings.map(([spelling, text]) => ({ secret, spelling, bytes: Buffer.from(text) }));
}

/** The characters that a secret becomes inside longer base64, `shift` bytes after a multiple of three: those that no neighbour has a part in. */
function within(bytes: Buffer, encoding: 'base64' | 'base64url', shift: number): string {
  const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString(encoding);
  return encoded.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
}
