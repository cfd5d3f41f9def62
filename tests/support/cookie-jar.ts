type SameSite = 'strict' | 'lax' | 'none';

interface Cookie {
  name: string;
  value: string;
  path: string;
  sameSite: SameSite;
}

/** How a request came to be: what decides which cookies a browser sends along. */
export interface RequestContext {
  method: string;
  crossSite: boolean;
}

/** The cookies of one browser. Ports don't separate cookies (RFC 6265 section 8.5); loopback counts as secure. */
export class CookieJar {
  private readonly byHost = new Map<string, Map<string, Cookie>>();

  keep(url: string, setCookies: readonly string[]): void {
    const { hostname } = new URL(url);
    const cookies = this.byHost.get(hostname) ?? new Map<string, Cookie>();
    this.byHost.set(hostname, cookies);
    for (const line of setCookies) keepOne(cookies, line);
  }

  /** The Cookie header for a top-level navigation (RFC 6265bis section 5.8.3); null for none. */
  headerFor(url: string, { method, crossSite }: RequestContext): string | null {
    const { hostname, pathname } = new URL(url);
    const sent = [...(this.byHost.get(hostname)?.values() ?? [])].filter(({ path, sameSite }) => {
      if (!pathMatches(pathname, path)) return false;
      if (!crossSite || sameSite === 'none') return true;
      return sameSite === 'lax' && method === 'GET';
    });
    return sent.length === 0 ? null : sent.map(({ name, value }) => `${name}=${value}`).join('; ');
  }

  /** All values kept for a host, by name. */
  valuesFor(url: string): Record<string, string> {
    const cookies = this.byHost.get(new URL(url).hostname)?.values() ?? [];
    return Object.fromEntries([...cookies].map(({ name, value }) => [name, value]));
  }
}

function keepOne(cookies: Map<string, Cookie>, line: string): void {
  const [pair = '', ...rest] = line.split(';').map((part) => part.trim());
  const attributes = new Map(rest.map((part) => split(part)).map(([name, value]) => [name.toLowerCase(), value]));
  const [name, value] = split(pair);
  const secure = attributes.has('secure');
  if (name.startsWith('__Host-') && (!secure || attributes.get('path') !== '/' || attributes.has('domain'))) return;
  if (isOver(attributes)) {
    cookies.delete(name);
    return;
  }
  const wanted = attributes.get('samesite')?.toLowerCase();
  const sameSite: SameSite = wanted === 'strict' || (wanted === 'none' && secure) ? wanted : 'lax';
  cookies.set(name, { name, value, path: attributes.get('path') || '/', sameSite });
}

function isOver(attributes: ReadonlyMap<string, string>): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = attributes.get('expires');
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

function pathMatches(pathname: string, path: string): boolean {
  return pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`);
}

function split(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}
