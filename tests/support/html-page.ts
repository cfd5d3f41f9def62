export interface HtmlButton {
  name: string | null;
  value: string;
  label: string;
}

export interface HtmlForm {
  method: 'GET' | 'POST';
  action: string;
  /** Inputs with the values they hold. */
  fields: Record<string, string>;
  buttons: HtmlButton[];
}

/** The forms of a server-rendered page of ours: enough for plain forms, no HTML parser. */
export function formsIn(html: string, pageUrl: string): HtmlForm[] {
  return [...html.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gis)].map(([, head = '', inside = '']) => ({
    method: attribute(head, 'method')?.toUpperCase() === 'POST' ? 'POST' : 'GET',
    action: new URL(attribute(head, 'action') || pageUrl, pageUrl).href,
    fields: fieldsIn(inside),
    buttons: [...inside.matchAll(/<button\b([^>]*)>(.*?)<\/button>/gis)].map(([, tag = '', label = '']) => ({
      name: attribute(tag, 'name'),
      value: attribute(tag, 'value') ?? '',
      label: textOf(label),
    })),
  }));
}

/** What a person reads: no tags, no scripts, entities decoded, blanks joined. */
export function textOf(html: string): string {
  const visible = html.replace(/<(script|style|head)\b.*?<\/\1>/gis, ' ').replace(/<[^>]*>/g, ' ');
  return decoded(visible).replace(/\s+/g, ' ').trim();
}

/** After how many seconds the page loads itself again, and where; null when it stays. */
export function refreshOf(html: string, header: string | null, pageUrl: string): { seconds: number; url: string } | null {
  const tag = /<meta\b[^>]*http-equiv=["']?refresh["']?[^>]*>/i.exec(html)?.[0];
  const content = header ?? (tag ? attribute(tag, 'content') : null);
  const [, seconds, url] = /^\s*([\d.]+)\s*(?:[;,]\s*(?:url\s*=\s*)?["']?([^"']*))?/i.exec(content ?? '') ?? [];
  return seconds === undefined ? null : { seconds: Number(seconds), url: new URL(url || pageUrl, pageUrl).href };
}

function fieldsIn(html: string): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input\b[^>]*>/gi)) {
    const name = attribute(tag, 'name');
    const isOff = /^(checkbox|radio)$/i.test(attribute(tag, 'type') ?? '') && !/\schecked\b/i.test(tag);
    if (name !== null && !isOff) fields[name] = attribute(tag, 'value') ?? '';
  }
  return fields;
}

function attribute(tag: string, name: string): string | null {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i').exec(tag);
  return found ? decoded(found[1] ?? found[2] ?? found[3] ?? '') : null;
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ' };

function decoded(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (hex || decimal) return String.fromCodePoint(hex ? Number.parseInt(hex, 16) : Number(decimal));
    return named[String(name)] ?? whole;
  });
}
