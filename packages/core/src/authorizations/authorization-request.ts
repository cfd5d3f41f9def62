/** Adds parameters to a URL (RFC 6749 section 3.1): what stands in it survives byte for byte. */
export function mergeIntoQuery(url: string, params: readonly [string, string][]): string {
  if (params.length === 0) return url;
  const hash = url.indexOf('#');
  const base = hash === -1 ? url : url.slice(0, hash);
  const fragment = hash === -1 ? '' : url.slice(hash);
  const added = params.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
  return base + separator(base) + added + fragment;
}

function separator(base: string): string {
  if (!base.includes('?')) return '?';
  return base.endsWith('?') || base.endsWith('&') ? '' : '&';
}

/** application/x-www-form-urlencoded, but a space as %20: some providers do not read `+`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
