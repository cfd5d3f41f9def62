import type { QueueName } from '@grantkeeper/contracts/jobs';
import {
  failedJobsPageSchema,
  type QueuePause,
  queuePauseSchema,
  queuesSchema,
  type RetriedJobs,
  retriedJobsSchema,
} from '@grantkeeper/contracts/queues/http';
import { queryOptions } from '@tanstack/react-query';
import { ask, pathOf } from '../../api/client.js';
import { listQuery } from '../../api/pages.js';

/** Depths change without news. */
const againMs = 5_000;

export const queuesQuery = queryOptions({
  queryKey: ['queues', 'all'],
  queryFn: ({ signal }) => ask('GET', '/v1/queues', queuesSchema, { signal }),
  refetchInterval: againMs,
});

export const failedJobsQuery = (name: QueueName) =>
  listQuery({ key: ['queues', 'failed', name], path: pathOf`/v1/queues/${name}/failed`, page: failedJobsPageSchema });

export const pauseQueue = (name: QueueName): Promise<QueuePause> =>
  ask('POST', pathOf`/v1/queues/${name}/pause`, queuePauseSchema);
export const resumeQueue = (name: QueueName): Promise<QueuePause> =>
  ask('POST', pathOf`/v1/queues/${name}/resume`, queuePauseSchema);

/** Without an id: all of the queue. */
export const retryFailed = (name: QueueName, jobId?: string): Promise<RetriedJobs> =>
  ask('POST', pathOf`/v1/queues/${name}/failed/retry`, retriedJobsSchema, { body: jobId === undefined ? {} : { jobId } });
