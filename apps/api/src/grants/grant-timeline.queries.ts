import type { TimelineEntry } from '@grantkeeper/contracts/grants/timeline';
import { GrantNotFound } from '@grantkeeper/core/grants/grants.errors';
import { SqlPool } from '@grantkeeper/platform/database/sql-pool';
import { findTimelineGrant, type TimelinePlace, timelineAfter } from '@grantkeeper/platform/grants/grant-timeline.view';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { instantPlace, numberPlace, type Page, pageOf, readCursor } from '../http/cursor.js';

const { number } = numberPlace.shape;
/** Each source of the timeline goes on where it was left. */
const timelinePlace = z.strictObject({
  event: z.int().min(0).nullable(),
  revision: number.nullable(),
  consent: instantPlace.nullable(),
  day: z.iso.date().nullable(),
});

/** A page of what happened to one grant, newest first. */
export class GetGrantTimeline extends Query<Page<TimelineEntry>> {
  constructor(
    readonly grantId: string,
    readonly page: { limit: number; cursor?: string },
  ) {
    super();
  }
}

@QueryHandler(GetGrantTimeline)
export class GetGrantTimelineHandler implements IQueryHandler<GetGrantTimeline> {
  constructor(private readonly pool: SqlPool) {}

  async execute({ grantId, page: { limit, cursor } }: GetGrantTimeline): Promise<Page<TimelineEntry>> {
    const after = readCursor(timelinePlace, cursor) ?? { event: null, revision: null, consent: null, day: null };
    const grant = await findTimelineGrant(this.pool, grantId);
    if (!grant) throw new GrantNotFound();
    let place: TimelinePlace = after;
    const rows = (await timelineAfter(this.pool, grant, after, limit + 1)).map((found) => {
      place = { ...place, ...found.place };
      return { place, entry: found.entry };
    });
    return pageOf(
      rows,
      limit,
      (row) => row.place,
      (row) => row.entry,
    );
  }
}
