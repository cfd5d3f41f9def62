import { type ResumedProfile, refreshSummarySchema, resumedProfileSchema } from '@grantkeeper/contracts/refresh/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';

/** What is late or waits changes by time alone: it is asked for again without news too. */
const againMs = 10_000;

export const refreshSummaryQuery = queryOptions({
  queryKey: ['refresh', 'summary'],
  queryFn: ({ signal }) => ask('GET', '/v1/refresh/summary', refreshSummarySchema, { signal }),
  refetchInterval: againMs,
});

export const resumeProfile = (id: string): Promise<ResumedProfile> =>
  ask('POST', pathOf`/v1/profiles/${id}/resume`, resumedProfileSchema);
