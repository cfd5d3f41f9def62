import { managed, type Route } from '../route.js';
import { liveChangeSchema } from './http.js';

/** Changes as they happen. */
export const liveRoutes: readonly Route[] = [
  managed({
    method: 'GET',
    path: '/v1/live',
    permission: null,
    tag: 'Live',
    summary:
      'What changes, whichever process did it, as server-sent events: “changed” names a topic, and the assistant and thing where it is one. Never more than a few in a second: read again what it names.',
    answers: { 200: liveChangeSchema },
    mediaType: 'text/event-stream',
    errors: ['http.unavailable'],
  }),
];
