import type { TimelineEntry } from '@grantkeeper/contracts/grants/timeline';

export type TimelineRow =
  | { kind: 'one'; key: string; entry: TimelineEntry }
  /** Refreshes that went well, one after the other: a line instead of a page. Newest first. */
  | { kind: 'refreshes'; key: string; entries: TimelineEntry[] };

export interface TimelineDay {
  day: string;
  rows: TimelineRow[];
}

/** So many refreshes in a row are told one by one. */
const toldSingly = 3;

const isRefresh = (entry: TimelineEntry): boolean =>
  entry.kind === 'event' &&
  ['grants.refreshed.v1', 'grants.refresh-wanted.v1'].includes(entry.event.type) &&
  entry.actor === 'worker';

export function keyOf(entry: TimelineEntry): string {
  switch (entry.kind) {
    case 'event':
      return `event-${entry.id}`;
    case 'revision':
      return `revision-${entry.revision}`;
    case 'failed-consent':
      return `consent-${entry.authorizationId}`;
    case 'hand-outs':
      return `hand-outs-${entry.day}`;
  }
}

/** Entries, newest first, by the day on which they happened for who looks. */
export function timelineDays(entries: readonly TimelineEntry[], dayOf: (instant: string) => string): TimelineDay[] {
  const days: { day: string; entries: TimelineEntry[] }[] = [];
  for (const entry of entries) {
    const day = dayOf(entry.at);
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(entry);
    else days.push({ day, entries: [entry] });
  }
  return days.map(({ day, entries: ofDay }) => ({ day, rows: rowsOf(ofDay) }));
}

function rowsOf(entries: readonly TimelineEntry[]): TimelineRow[] {
  const runs: TimelineEntry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run?.[0] && isRefresh(run[0]) && isRefresh(entry)) run.push(entry);
    else runs.push([entry]);
  }
  return runs.flatMap((run): TimelineRow[] => {
    const oldest = run.at(-1);
    if (run.length > toldSingly && oldest) return [{ kind: 'refreshes', key: `refreshes-${keyOf(oldest)}`, entries: run }];
    return run.map((entry) => ({ kind: 'one', key: keyOf(entry), entry }));
  });
}
