import { managed, type Route } from '../route.js';
import * as system from './http.js';

/** What the installation says of itself. */
export const systemRoutes: readonly Route[] = [
  managed({
    method: 'GET',
    path: '/v1/system',
    permission: 'system.read',
    tag: 'System',
    summary: 'Versions, health of each part, workers, ages of keys, settings without secrets, projections with their lag.',
    answers: { 200: system.systemSchema },
    errors: [],
  }),
];
