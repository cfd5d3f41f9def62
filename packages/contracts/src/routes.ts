import { assistantsRoutes } from './assistants/routes.js';
import { grantsRoutes } from './grants/routes.js';
import { liveRoutes } from './live/routes.js';
import { operatorsRoutes } from './operators/routes.js';
import { profilesRoutes } from './profiles/routes.js';
import { queuesRoutes } from './queues/routes.js';
import { refreshRoutes } from './refresh/routes.js';
import type { Route } from './route.js';
import { systemRoutes } from './system/routes.js';
import { testRunsRoutes } from './test-runs/routes.js';
import { usersRoutes } from './users/routes.js';

/** Every endpoint of the JSON interface, in the order in which it is told. */
export const routes: readonly Route[] = [
  ...grantsRoutes,
  ...usersRoutes,
  ...operatorsRoutes,
  ...assistantsRoutes,
  ...profilesRoutes,
  ...testRunsRoutes,
  ...refreshRoutes,
  ...queuesRoutes,
  ...systemRoutes,
  ...liveRoutes,
];
