import { systemSchema } from '@grantkeeper/contracts/system/http';
import { queryOptions } from '@tanstack/react-query';
import { ask } from '../../api/client.js';

/** Health changes without news. */
const againMs = 10_000;

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: ({ signal }) => ask('GET', '/v1/system', systemSchema, { signal }),
  refetchInterval: againMs,
});
