import { type Explain, type Explanation, explanationSchema } from '@grantkeeper/contracts/profiles/explain';
import { type NewTestRun, type StartedTestRun, startedTestRunSchema, testRunSchema } from '@grantkeeper/contracts/test-runs/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';

export const startTestRun = (profileId: string, body: NewTestRun): Promise<StartedTestRun> =>
  ask('POST', pathOf`/v1/profiles/${profileId}/test-runs`, startedTestRunSchema, { body });

export const testRunQuery = (id: string) =>
  queryOptions({
    queryKey: ['test-runs', id],
    queryFn: ({ signal }) => ask('GET', pathOf`/v1/test-runs/${id}`, testRunSchema, { signal }),
  });

export const testRunEventsUrl = (id: string): string => pathOf`/v1/test-runs/${id}/events`;

export const explainProfile = (profileId: string, body: Explain): Promise<Explanation> =>
  ask('POST', pathOf`/v1/profiles/${profileId}/explain`, explanationSchema, { body });
