import type { Fault } from './fault.js';
import { duplicateJobs } from './list/duplicate-jobs.js';
import { exchangeKills } from './list/exchange-kills.js';
import { postgresDown } from './list/postgres-down.js';
import { redisDown } from './list/redis-down.js';
import { redisFlushed } from './list/redis-flushed.js';
import { redisKilled } from './list/redis-killed.js';
import { refreshKills } from './list/refresh-kills.js';

/** Every fault, in the order in which they are run. A new one is a file in `list/` and a line here. */
export const faults: readonly Fault[] = [
  redisDown,
  redisKilled,
  redisFlushed,
  postgresDown,
  exchangeKills,
  refreshKills,
  duplicateJobs,
];
