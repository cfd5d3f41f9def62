import { percentEncode, segmentValueProblem } from './encodings.js';
import { isHostLabel, isHostName, isListedHost, ownerLabels } from './host-names.js';
import { type Fault, isPlaceholder, type Part, type Placeholder } from './placeholder.js';
import { type FillFault, fillFault, placeholderValue, type Values } from './values.js';

/** What a placeholder fills in a URL. */
export type UrlPlace = 'host label' | 'whole host' | 'path segment' | 'query value';
export interface PlacedPlaceholder {
  placeholder: Placeholder;
  place: UrlPlace;
}

/** A URL with placeholders, taken apart. What is not a placeholder is kept byte for byte. */
export interface UrlTemplate {
  /** Scheme with `://`. */
  scheme: string;
  labels: readonly (readonly Part[])[];
  /** The placeholders of the host may fill more than a label: which hosts it may become is the allow-list's word. */
  wholeHost: boolean;
  port: string;
  segments: readonly (readonly Part[])[];
  /** With its question mark; empty where there is none. */
  query: readonly Part[];
  placed: readonly PlacedPlaceholder[];
}

/** Stands for a placeholder while the text around it is taken apart. */
const mark = '\uE000';
const form = /^(https?:\/\/)([^/?#]*)([^?#]*)(\?[^#]*)?$/;

/** Finds the place of each placeholder; a fault where one stands in scheme, port, user info or a parameter's name. */
export function urlTemplate(parts: readonly Part[]): UrlTemplate | Fault {
  const placeholders = parts.filter(isPlaceholder);
  const misplaced = (at: number): Fault => ({
    code: 'placeholder_misplaced',
    placeholder: placeholders[at]?.written ?? '',
    message: 'may stand in a label of the host, be the whole host, or stand in a segment of the path or a value of the query',
  });
  const text = parts.map((part) => (isPlaceholder(part) ? mark : part)).join('');
  const found = form.exec(text);
  if (found === null || placeholders.length !== text.split(mark).length - 1) return misplaced(0);
  const [, scheme = '', authority = '', path = '', query = ''] = found;
  const [host = '', port = ''] = splitPort(authority);
  if (/[@:[\]]/.test(host) || port.includes(mark)) return misplaced(0);
  const inHost = countMarks(host);
  const inPath = countMarks(path);
  const misnamed = misnamedParameter(query);
  if (misnamed !== -1) return misplaced(inHost + inPath + misnamed);

  const labels = host.split('.');
  const wholeHost = labels.slice(-ownerLabels(labels)).some((label) => label.includes(mark));
  const place = (index: number): UrlPlace => {
    if (index < inHost) return wholeHost ? 'whole host' : 'host label';
    return index < inHost + inPath ? 'path segment' : 'query value';
  };
  const remaining = [...placeholders];
  const restore = (piece: string): Part[] =>
    piece
      .split(/(\uE000)/)
      .filter((one) => one !== '')
      .map((one) => (one === mark ? (remaining.shift() as Placeholder) : one));
  return {
    scheme,
    labels: labels.map(restore),
    wholeHost,
    port,
    segments: path.split('/').map(restore),
    query: restore(query),
    placed: placeholders.map((placeholder, index) => ({ placeholder, place: place(index) })),
  };
}

function splitPort(authority: string): [string, string] {
  const port = /:[^:\]]*$/.exec(authority)?.[0] ?? '';
  return [authority.slice(0, authority.length - port.length), port];
}

const countMarks = (text: string): number => text.split(mark).length - 1;

/** Which mark of a query stands before its parameter's `=`; -1 where none does. */
function misnamedParameter(query: string): number {
  let seen = 0;
  for (const parameter of query.slice(1).split('&')) {
    const name = parameter.split('=', 1)[0] ?? '';
    if (name.includes(mark)) return seen;
    seen += countMarks(parameter);
  }
  return -1;
}

/** Fills a URL. A value never leaves its place: one that would is a fault. */
export function fillUrl(template: UrlTemplate, values: Values, hostAllowList: readonly string[]): string | FillFault {
  const host = fillHost(template, values, hostAllowList);
  if (typeof host !== 'string') return host;
  const segments: string[] = [];
  for (const segment of template.segments) {
    const filled = fillSegment(segment, values);
    if (typeof filled !== 'string') return filled;
    segments.push(filled);
  }
  const query = fillQuery(template, values);
  if (typeof query !== 'string') return query;
  return `${template.scheme}${host}${template.port}${segments.join('/')}${query}`;
}

/** Every part of a URL whose values are all known and that may not stand there. */
export function urlFaults(template: UrlTemplate, values: Values, hostAllowList: readonly string[]): FillFault[] {
  const filled = [
    fillHost(template, values, hostAllowList),
    ...template.segments.map((segment) => fillSegment(segment, values)),
    fillQuery(template, values),
  ];
  return filled.filter((one) => typeof one !== 'string').filter(({ code }) => code !== 'required');
}

function fillQuery({ query }: UrlTemplate, values: Values): string | FillFault {
  return fillParts(query, values, (value) => ({ text: percentEncode(value) }));
}

function fillHost({ labels, wholeHost }: UrlTemplate, values: Values, list: readonly string[]): string | FillFault {
  const filled: string[] = [];
  for (const label of labels) {
    const text = fillParts(label, values, (value) => ({ text: value }));
    if (typeof text !== 'string') return text;
    const last = label.findLast(isPlaceholder);
    if (last && !wholeHost && !isHostLabel(text.toLowerCase())) return fillFault(last, 'not_a_host_label', notALabel);
    filled.push(text);
  }
  const host = filled.join('.');
  const placeholder = labels.flat().findLast(isPlaceholder);
  if (placeholder && !isHostName(host.toLowerCase())) return fillFault(placeholder, 'not_a_host', 'must give the name of a host');
  if (placeholder && wholeHost && !isListedHost(host.toLowerCase(), list))
    return fillFault(placeholder, 'host_not_allowed', `leads to ${host}, which is not in advanced.hostAllowList`);
  return host;
}

const notALabel = 'must be letters, digits and inner hyphens only, at most 63: it is one label of a host';

function fillSegment(segment: readonly Part[], values: Values): string | FillFault {
  const filled = fillParts(segment, values, (value) => {
    const problem = segmentValueProblem(value);
    return problem === null ? { text: percentEncode(value) } : { problem };
  });
  const last = segment.findLast(isPlaceholder);
  if (typeof filled !== 'string' || last === undefined) return filled;
  const decoded = filled.replace(/%2e/gi, '.');
  if (decoded === '' || decoded === '.' || decoded === '..')
    return fillFault(last, 'not_a_segment', 'must not make the segment of the path empty, . or ..');
  return filled;
}

function fillParts(
  parts: readonly Part[],
  values: Values,
  encode: (value: string) => { text: string } | { problem: string },
): string | FillFault {
  let filled = '';
  for (const part of parts) {
    if (!isPlaceholder(part)) {
      filled += part;
      continue;
    }
    const value = placeholderValue(part, values);
    if (value === null) return fillFault(part, 'required', 'is required');
    if (!value.isWellFormed()) return fillFault(part, 'not_text', 'must be well-formed Unicode');
    const encoded = encode(value);
    if ('problem' in encoded) return fillFault(part, 'not_a_segment', encoded.problem);
    filled += encoded.text;
  }
  return filled;
}
