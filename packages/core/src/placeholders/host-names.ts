const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** Second levels under which countries register names: below them a third label is what a registrant owns. */
const secondLevels = /^(?:ac|co|com|edu|go|gov|gob|ne|net|or|org)$/;

export const isHostLabel = (text: string): boolean => label.test(text);

/** A DNS name in lower case with at least two labels, and no spelling of an IP address: its last label does not read as a number (WHATWG URL, "ends in a number"). */
export function isHostName(text: string): boolean {
  const labels = text.split('.');
  const last = labels.at(-1) ?? '';
  return text.length <= 253 && labels.length > 1 && labels.every(isHostLabel) && !/^(?:\d+|0x[0-9a-f]*)$/.test(last);
}

/** How many of a host's last labels name its owner, as far as their form tells: `example.com` 2, `example.co.uk` 3. */
export function ownerLabels(labels: readonly string[]): number {
  return (labels.at(-1) ?? '').length === 2 && secondLevels.test(labels.at(-2) ?? '') ? 3 : 2;
}

/** Whether a host is on the list: exactly, or below an entry `*.example.com`. */
export function isListedHost(host: string, list: readonly string[]): boolean {
  return list.some((entry) => (entry.startsWith('*.') ? host.endsWith(entry.slice(1)) : host === entry));
}
