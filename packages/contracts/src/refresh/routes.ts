import { managed, type Route } from '../route.js';
import * as refresh from './http.js';

/** The refreshes of the installation, as operators watch them. */
export const refreshRoutes: readonly Route[] = [
  managed({
    method: 'GET',
    path: '/v1/refresh/summary',
    permission: 'refresh.read',
    tag: 'Refresh',
    summary:
      'What falls due, what is late, how the last hour went by provider, breakers and limits, parked profiles, and refresh tokens that end soon.',
    query: refresh.refreshSummaryQuery,
    answers: { 200: refresh.refreshSummarySchema },
    errors: ['http.invalid-input', 'assistants.not-found'],
  }),
  managed({
    method: 'POST',
    path: '/v1/profiles/:id/resume',
    permission: 'grants.manage',
    tag: 'Refresh',
    summary:
      'Puts a profile’s fault aside: its refreshes are tried again, within a minute. If the fault still stands, it is back.',
    answers: { 200: refresh.resumedProfileSchema },
    errors: ['profiles.not-found', 'profiles.wrong-status'],
  }),
];
