import type { Fault } from './fault.js';
import { clockSkew } from './list/clock-skew.js';
import { diskFull } from './list/disk-full.js';
import { duplicateJobs } from './list/duplicate-jobs.js';
import { exchangeKills } from './list/exchange-kills.js';
import { exhausted } from './list/exhausted.js';
import { halfOpen } from './list/half-open.js';
import { postgresDiesBeforeCommit } from './list/postgres-dies-before-commit.js';
import { postgresDown } from './list/postgres-down.js';
import { postgresRefuses } from './list/postgres-refuses.js';
import { providerTimeouts } from './list/provider-timeouts.js';
import { redisDown } from './list/redis-down.js';
import { redisFlushed } from './list/redis-flushed.js';
import { redisKilled } from './list/redis-killed.js';
import { redisRefuses } from './list/redis-refuses.js';
import { refreshKills } from './list/refresh-kills.js';
import { workerFrozen } from './list/worker-frozen.js';

/** Every fault, in the order in which they are run. A new one is a file in `list/` and a line here. */
export const faults: readonly Fault[] = [
  redisDown,
  redisKilled,
  redisFlushed,
  redisRefuses,
  workerFrozen,
  postgresDown,
  postgresDiesBeforeCommit,
  postgresRefuses,
  exchangeKills,
  refreshKills,
  providerTimeouts,
  clockSkew,
  duplicateJobs,
  diskFull,
  exhausted,
  halfOpen,
];
