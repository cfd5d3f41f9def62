import { managed, type Route } from '../route.js';
import * as queues from './http.js';

/** The queues that bring jobs to workers. */
export const queuesRoutes: readonly Route[] = [
  managed({
    method: 'GET',
    path: '/v1/queues',
    permission: 'queues.read',
    tag: 'Queues',
    summary:
      'Every queue: depth, oldest job, throughput, failed jobs, and whether it is paused. While the queue is away, what PostgreSQL knows.',
    answers: { 200: queues.queuesSchema },
    errors: [],
  }),
  managed({
    method: 'GET',
    path: '/v1/queues/:name/failed',
    permission: 'queues.read',
    tag: 'Queues',
    summary:
      'Jobs that ended unexpectedly and have not succeeded since, the latest first. What they were about is still due and tried again by itself. Kept for 7 days, 1 000 for each queue.',
    query: queues.listFailedJobsQuery,
    answers: { 200: queues.failedJobsPageSchema },
    errors: ['http.invalid-input', 'queues.not-found'],
  }),
  managed({
    method: 'POST',
    path: '/v1/queues/:name/failed/retry',
    permission: 'queues.manage',
    tag: 'Queues',
    summary: 'Queues one failed job again at once, or all of the queue.',
    body: queues.retryFailedSchema,
    answers: { 202: queues.retriedJobsSchema },
    errors: ['http.invalid-input', 'queues.not-found', 'queues.job-not-found'],
  }),
  managed({
    method: 'POST',
    path: '/v1/queues/:name/pause',
    permission: 'queues.manage',
    tag: 'Queues',
    summary:
      'No worker begins a job of this queue until it is resumed, whichever way jobs come; those under way end. Kept in PostgreSQL. What is due stays due.',
    answers: { 200: queues.queuePauseSchema },
    errors: ['queues.not-found'],
  }),
  managed({
    method: 'POST',
    path: '/v1/queues/:name/resume',
    permission: 'queues.manage',
    tag: 'Queues',
    summary: 'Lets workers take jobs of this queue again.',
    answers: { 200: queues.queuePauseSchema },
    errors: ['queues.not-found'],
  }),
];
