import { type AssistantView, assistantSchema, assistantsPageSchema } from '@grantkeeper/contracts/assistants/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from './client.js';

/** The assistants that the switcher offers; more are on their page. */
export const assistantsQuery = queryOptions({
  queryKey: ['assistants', 'switcher'],
  queryFn: async ({ signal }): Promise<AssistantView[]> =>
    (await ask('GET', '/v1/assistants', assistantsPageSchema, { query: { limit: 200 }, signal })).items,
});

export const assistantQuery = (assistantId: string) =>
  queryOptions({
    queryKey: ['assistants', assistantId],
    queryFn: ({ signal }) => ask('GET', pathOf`/v1/assistants/${assistantId}`, assistantSchema, { signal }),
  });
