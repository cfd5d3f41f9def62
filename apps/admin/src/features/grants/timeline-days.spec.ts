import type { TimelineEntry } from '@grantkeeper/contracts/grants/timeline';
import { describe, expect, it } from '@jest/globals';
import { timelineDays } from './timeline-days.js';

const event = (id: number, type: string, at: string, actor = 'worker') =>
  ({ kind: 'event', id, at, actor, event: { type } }) as unknown as TimelineEntry;
const refreshed = (id: number, at: string) => event(id, 'grants.refreshed.v1', at);
const dayOf = (instant: string) => instant.slice(0, 10);
const shown = (entries: TimelineEntry[]) =>
  timelineDays(entries, dayOf).map(({ day, rows }) => [
    day,
    ...rows.map((row) => (row.kind === 'one' ? row.key : row.entries.length)),
  ]);

describe('a life by days', () => {
  it('puts what happened on one day together, newest first', () =>
    expect(
      shown([
        event(3, 'grants.ended.v1', '2026-01-02T10:00'),
        refreshed(2, '2026-01-01T10:00'),
        refreshed(1, '2026-01-01T09:00'),
      ]),
    ).toEqual([
      ['2026-01-02', 'event-3'],
      ['2026-01-01', 'event-2', 'event-1'],
    ]));

  it('gathers a long row of refreshes, never across a day or what lies between', () => {
    const many = [9, 8, 7, 6].map((id) => refreshed(id, '2026-01-02T10:00'));
    const failed = event(5, 'grants.refresh-failed.v1', '2026-01-02T09:00');
    const few = [4, 3].map((id) => refreshed(id, '2026-01-02T08:00'));
    expect(shown([...many, failed, ...few, refreshed(2, '2026-01-01T08:00')])).toEqual([
      ['2026-01-02', 4, 'event-5', 'event-4', 'event-3'],
      ['2026-01-01', 'event-2'],
    ]);
  });

  it('hides no refresh that a person asked for', () =>
    expect(shown([1, 2, 3, 4].map((id) => event(id, 'grants.refresh-wanted.v1', '2026-01-02T10:00', 'operator:ada')))).toEqual([
      ['2026-01-02', 'event-1', 'event-2', 'event-3', 'event-4'],
    ]));
});
