import type { z } from 'zod';
import { assistantEvents } from './assistants/events.js';
import { authorizationEvents } from './authorizations/events.js';
import { grantEvents } from './grants/events.js';
import { operatorEvents } from './operators/events.js';
import { profileEvents } from './profiles/events.js';
import { queueEvents } from './queues/events.js';
import { testRunEvents } from './test-runs/events.js';
import { userEvents } from './users/events.js';

/** Every event there is, with the shape of what it carries: ids and facts, never a secret. */
export const events = {
  ...assistantEvents,
  ...authorizationEvents,
  ...grantEvents,
  ...operatorEvents,
  ...profileEvents,
  ...userEvents,
  ...testRunEvents,
  ...queueEvents,
} as const;

export type EventType = keyof typeof events;
export type EventOf<T extends EventType> = { type: T } & z.infer<(typeof events)[T]>;
/** An event as it is recorded, before its envelope. */
export type DomainEvent = { [T in EventType]: EventOf<T> }[EventType];
