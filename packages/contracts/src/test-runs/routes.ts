import { managed, type Route } from '../route.js';
import * as testRuns from './http.js';

/** Tests of profiles. */
export const testRunsRoutes: readonly Route[] = [
  managed({
    method: 'POST',
    path: '/v1/profiles/:id/test-runs',
    permission: 'profiles.write',
    tag: 'Test runs',
    summary: 'Tests a profile: first without a user, then with the consent of whoever opens the link. The token is thrown away.',
    body: testRuns.newTestRunSchema,
    answers: { 201: testRuns.startedTestRunSchema },
    errors: ['http.invalid-input', 'profiles.not-found', 'profiles.wrong-status'],
  }),
  managed({
    method: 'GET',
    path: '/v1/test-runs/:id',
    permission: 'profiles.read',
    tag: 'Test runs',
    summary: 'How a test stands: each step with its calls, secrets masked, and what is wrong. Kept for 30 days.',
    answers: { 200: testRuns.testRunSchema },
    errors: ['test-runs.not-found'],
  }),
  managed({
    method: 'GET',
    path: '/v1/test-runs/:id/events',
    permission: 'profiles.read',
    tag: 'Test runs',
    summary:
      'The same as it happens, as server-sent events: “step” when one begins or ends, “state” when the run moves on. Ends with the run.',
    answers: { 200: testRuns.testRunEventSchema },
    mediaType: 'text/event-stream',
    errors: ['test-runs.not-found', 'http.unavailable'],
  }),
];
