import type { QueueName } from '@grantkeeper/contracts/jobs';

const carries: Record<QueueName, string> = {
  exchange: 'codes of users who sign in just now',
  'refresh-now': 'refreshes that a bot waits for',
  'refresh-due': 'refreshes before expiry',
  test: 'tests of profiles',
  revoke: 'revocations at providers after sign-out',
  housekeeping: 'deletions of profiles and approved origins',
};
const whilePaused: Record<QueueName, string> = {
  exchange: 'Users who sign in wait, and a code that waits too long is lost: they have to sign in again.',
  'refresh-now': 'Bots that ask for an expired token get no answer but “try again”.',
  'refresh-due':
    'Tokens are refreshed only when a bot asks for them; those that nobody asks for expire. Refresh tokens may end unused.',
  test: 'Tests of profiles do not begin.',
  revoke: 'Providers are told of signed-out users later.',
  housekeeping: 'Deletions and approved origins wait.',
};

export const en = {
  title: 'Queues',
  intro: 'Queues bring work to the workers. What is due stands in PostgreSQL: a queue may be lost, its work is not.',
  away: 'The queue does not answer',
  awayText:
    'Workers take what is due from PostgreSQL and run it by themselves, 20 jobs at a time each. Depths are not known until it is back.',
  backend: { redis: 'carried by Redis', postgresql: 'carried by PostgreSQL' },
  queue: 'Queue',
  carries,
  whilePaused,
  state: 'State',
  running: 'Running',
  paused: 'Paused',
  waiting: 'Waiting',
  active: 'Under way',
  oldest: 'Oldest',
  unqueued: 'Not queued yet',
  done: 'Done in 10 minutes',
  failed: 'Failed',
  pause: 'Pause',
  resume: 'Resume',
  pauseTitle: (name: string) => `Pause the queue “${name}”?`,
  pauseText:
    'No worker begins one of its jobs until it is resumed, also where Redis is away or was emptied; those under way end. What is due stays due.',
  pausedNow: (name: string) => `“${name}” is paused.`,
  resumeTitle: (name: string) => `Resume the queue “${name}”?`,
  resumeText: 'Workers take its jobs again, and what has fallen due meanwhile.',
  resumedNow: (name: string) => `“${name}” goes on.`,
  failedTitle: 'Failed jobs',
  failedIntro:
    'Jobs that ended unexpectedly and have not succeeded since. They are tried again by themselves as long as they are due; Retry does so now. Kept for 7 days.',
  noFailed: 'No job has failed, or what failed has succeeded since.',
  failedOf: (name: string) => `Failed jobs of “${name}”`,
  job: 'Job',
  about: 'About',
  reason: 'Reason',
  times: 'Times',
  last: 'Last failed',
  retriedAt: 'retried',
  retry: 'Retry',
  retryAll: 'Retry all',
  retryAllTitle: (name: string) => `Retry all failed jobs of “${name}”?`,
  retryAllText: 'They are queued again at once. A job leaves the list when it has succeeded.',
  retried: (count: number) => (count === 1 ? 'One job is queued again.' : `${count} jobs are queued again.`),
};
