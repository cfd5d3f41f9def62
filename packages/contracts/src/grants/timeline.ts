import { z } from 'zod';
import { authorizationStateSchema, failureReasonSchema } from '../authorizations/http.js';
import { profileRevisionSchema } from '../profiles/http.js';
import { idSchema, instantSchema, page, pageQuery } from '../text.js';
import { grantEvents } from './events.js';

const recorded = <T extends keyof typeof grantEvents>(type: T) =>
  z.object({ type: z.literal(type), ...(grantEvents[type].shape as (typeof grantEvents)[T]['shape']) });

/** What happened to the grant, as it was recorded. */
const recordedSchema = z.discriminatedUnion('type', [
  recorded('grants.consented.v1'),
  recorded('grants.reconnected.v1'),
  recorded('grants.held.v1'),
  recorded('grants.refresh-wanted.v1'),
  recorded('grants.refreshed.v1'),
  recorded('grants.refresh-failed.v1'),
  recorded('grants.refresh-token-ending.v1'),
  recorded('grants.reconnect-required.v1'),
  recorded('grants.other-account-allowed.v1'),
  recorded('grants.fields-changed.v1'),
  recorded('grants.rebound.v1'),
  recorded('grants.ended.v1'),
  recorded('grants.revoked-upstream.v1'),
]);

/** One thing in the life of a grant. */
export const timelineEntrySchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('event'),
    at: instantSchema,
    id: z.int(),
    /** `operator:<id>`, `runtime:<id of its key>`, `user` or `worker`. */
    actor: z.string(),
    /** The operator's email or the name of the runtime's key, while they are there. */
    actorName: z.string().nullable(),
    event: recordedSchema,
  }),
  z.object({
    kind: z.literal('revision'),
    at: instantSchema,
    ...profileRevisionSchema.pick({ revision: true, by: true, byEmail: true, action: true, changed: true }).shape,
  }),
  z.object({
    kind: z.literal('failed-consent'),
    at: instantSchema,
    authorizationId: idSchema,
    state: authorizationStateSchema.extract(['failed', 'denied', 'wrong_person', 'outcome_unknown']),
    reason: failureReasonSchema.nullable(),
  }),
  z.object({
    kind: z.literal('hand-outs'),
    /** The last of those that are counted. */
    at: instantSchema,
    /** In UTC. */
    day: z.iso.date(),
    /** How many; at least so many where `more` is true. */
    count: z.int(),
    more: z.boolean(),
    runtimes: z.array(z.object({ runtimeKeyId: idSchema, name: z.string(), count: z.int(), more: z.boolean() })),
  }),
]);
export const timelinePageSchema = page(timelineEntrySchema);
export const grantTimelineQuery = z.strictObject(pageQuery);

export type TimelineEntry = z.infer<typeof timelineEntrySchema>;
export type RecordedGrantEvent = z.infer<typeof recordedSchema>;
