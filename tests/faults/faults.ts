import type { Fault } from './fault.js';
import { clockSkew } from './list/clock-skew.js';
import { readersAtExpiry, sameCallback, sameSecond } from './list/crowds.js';
import { diskFull } from './list/disk-full.js';
import { duplicateJobs } from './list/duplicate-jobs.js';
import { exchangeKills } from './list/exchange-kills.js';
import { exhausted } from './list/exhausted.js';
import { halfOpen } from './list/half-open.js';
import { hangingProvider } from './list/hanging-provider.js';
import { apiKilledAfterCommit, relayKilledAfterPublish } from './list/interrupted-publishing.js';
import { profileChanges, rewrapUnderLoad, rollingRestarts, signalStorm } from './list/moving-installation.js';
import { postgresDiesBeforeCommit } from './list/postgres-dies-before-commit.js';
import { postgresDown } from './list/postgres-down.js';
import { postgresRefuses } from './list/postgres-refuses.js';
import { busyProvider, oddProvider, redirectingProvider } from './list/provider-failures.js';
import { providerTimeouts } from './list/provider-timeouts.js';
import { redisDown } from './list/redis-down.js';
import { redisFlushed } from './list/redis-flushed.js';
import { redisKilled } from './list/redis-killed.js';
import { redisRefuses } from './list/redis-refuses.js';
import { refreshKills } from './list/refresh-kills.js';
import { shortTokens } from './list/short-tokens.js';
import { workerFrozen } from './list/worker-frozen.js';

/** Every fault, in the order in which they are run. A new one is a file in `list/` and a line here. */
export const faults: readonly Fault[] = [
  shortTokens,
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
  apiKilledAfterCommit,
  relayKilledAfterPublish,
  busyProvider,
  providerTimeouts,
  hangingProvider,
  oddProvider,
  redirectingProvider,
  clockSkew,
  sameCallback,
  duplicateJobs,
  readersAtExpiry,
  sameSecond,
  rewrapUnderLoad,
  diskFull,
  exhausted,
  halfOpen,
  rollingRestarts,
  signalStorm,
  profileChanges,
];
