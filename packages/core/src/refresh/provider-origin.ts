/** Scheme, host and port of a URL that may hold placeholders, as it is written; null where it has none. */
export function writtenOrigin(url: string): string | null {
  return /^https?:\/\/[^/?#]+/i.exec(url)?.[0].toLowerCase().replace(/:443$/, '') ?? null;
}

/** Whether an origin is one that a written origin leads to, whatever its placeholders stand for. */
export function isOriginOf(written: string, origin: string): boolean {
  const parts = written.split(/\{[^}]*\}/);
  if (parts.length === 1) return written === origin;
  const [first = '', ...rest] = parts;
  if (!origin.startsWith(first)) return false;
  const last = rest.pop() ?? '';
  let from = first.length;
  for (const part of rest) {
    const at = origin.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return origin.length - last.length >= from && origin.endsWith(last);
}
