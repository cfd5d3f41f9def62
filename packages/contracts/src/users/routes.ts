import { type Route, route } from '../route.js';
import * as users from './http.js';

/** What a runtime asks for its users. */
export const usersRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/v1/users/links',
    tag: 'Runtime',
    caller: 'runtime',
    summary: 'A link for a user to their own page, for 10 minutes: what is connected, who was handed a token, Disconnect.',
    body: users.newUserLinkSchema,
    answers: { 201: users.userLinkSchema },
    errors: ['http.unauthenticated', 'http.invalid-input'],
  }),
];
