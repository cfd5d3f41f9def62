import {
  createdRuntimeKeySchema,
  type NewRuntimeKey,
  newRuntimeKeySchema,
  runtimeKeysPageSchema,
} from '@grantkeeper/contracts/assistants/http';
import { profilesPageSchema } from '@grantkeeper/contracts/profiles/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';
import { listQuery } from '../../api/pages.js';

export const runtimeKeysQuery = (assistantId: string) =>
  listQuery({
    key: ['runtime-keys', assistantId],
    path: pathOf`/v1/assistants/${assistantId}/runtime-keys`,
    page: runtimeKeysPageSchema,
  });

export const createRuntimeKey = (assistantId: string, input: NewRuntimeKey): Promise<{ id: string; key: string }> =>
  ask('POST', pathOf`/v1/assistants/${assistantId}/runtime-keys`, createdRuntimeKeySchema, {
    body: newRuntimeKeySchema.parse(input),
  });

export const revokeRuntimeKey = (id: string): Promise<void> => ask('DELETE', pathOf`/v1/runtime-keys/${id}`, null);

/** The profiles that a key may be limited to: the first two hundred, by name. */
export const profileNamesQuery = (assistantId: string) =>
  queryOptions({
    queryKey: ['profiles', 'names', assistantId],
    queryFn: async ({ signal }) => {
      const { items } = await ask('GET', pathOf`/v1/assistants/${assistantId}/profiles`, profilesPageSchema, {
        query: { limit: 200 },
        signal,
      });
      return items.map(({ id, name }) => ({ id, name }));
    },
  });
