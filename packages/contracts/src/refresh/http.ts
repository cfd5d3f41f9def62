import { z } from 'zod';
import { idSchema, instantSchema } from '../text.js';

export const refreshSummaryQuery = z.strictObject({ assistant: idSchema.optional() });

const profileName = z.object({ id: idSchema, assistantId: idSchema, name: z.string() });
/** Refreshes that fall due from this instant to the next one of the list. */
const dueSpan = z.object({ from: instantSchema, refreshes: z.int() });

export const dueForecastSchema = z.object({
  /** Counted by a worker now and then; null: not yet. */
  countedAt: instantSchema.nullable(),
  /** Twelve spans of five minutes. */
  nextHour: z.array(dueSpan),
  /** Twenty-four spans of an hour. */
  nextDay: z.array(dueSpan),
});
export const lateRefreshesSchema = z.object({
  refreshes: z.int(),
  /** There may be more: counting ends at 10 000. */
  atLeast: z.boolean(),
  /** How long the refresh that has been due the longest has waited. */
  oldestSeconds: z.number(),
});
export const refreshMinuteSchema = z.object({ minute: instantSchema, refreshed: z.int(), failed: z.int() });
/** What became of the last hour's refreshes at one token origin under one client id. A failure is named as a grant's `lastFailure` is. */
export const refreshProviderSchema = z.object({
  origin: z.string(),
  clientId: z.string(),
  profiles: z.array(profileName),
  refreshed: z.int(),
  failed: z.array(z.object({ failure: z.string(), count: z.int() })),
  successRatio: z.number().nullable(),
  lastFailure: z.object({ failure: z.string(), at: instantSchema }).nullable(),
});
export const breakerStateSchema = z.enum(['closed', 'half_open', 'open']);
/** What stands before one token origin for one client id, over all workers. */
export const refreshGateSchema = z.object({
  origin: z.string(),
  clientId: z.string(),
  profiles: z.array(profileName),
  /** The worst of all workers: each has its own. */
  breaker: breakerStateSchema,
  /** When a request tries again whether the provider is back; null where the breaker is closed. */
  triesAgainAt: instantSchema.nullable(),
  /** After a 429: nothing is asked before this instant. */
  closedUntil: instantSchema.nullable(),
  /** What a 429 has taught: requests in a second over all workers. */
  learnedPerSecond: z.number().nullable(),
  /** The limits that are kept to, over all workers; a rate of null is no limit. */
  limits: z.object({ inFlight: z.int(), perSecond: z.number().nullable() }).nullable(),
  inFlight: z.int(),
  /** Workers that know this gate, and those of them whose breaker is not closed. */
  workers: z.int(),
  workersNotClosed: z.int(),
});
/** A profile whose refreshes wait because only another setting mends them. One grant tries at `triesAgainAt`. */
export const parkedProfileSchema = profileName.extend({
  fault: z.string(),
  since: instantSchema,
  triesAgainAt: instantSchema.nullable(),
});
export const endingRefreshTokenSchema = z.object({
  grantId: idSchema,
  assistantId: idSchema,
  profileId: idSchema,
  profileName: z.string(),
  userId: z.string(),
  endsAt: instantSchema,
  /** Whether the provider told the end, or it is reckoned from the profile's settings. */
  told: z.boolean(),
});
export const refreshSummarySchema = z.object({
  due: dueForecastSchema,
  late: lateRefreshesSchema,
  /** The last sixty minutes, the present one last. */
  perMinute: z.array(refreshMinuteSchema),
  /** How far the figures of the last hour are behind. */
  activityLagSeconds: z.number(),
  /** At most 100, the busiest first. */
  providers: z.array(refreshProviderSchema),
  /** At most 100, those that are not open to all first. */
  gates: z.array(refreshGateSchema),
  /** At most 100, the longest parked first. */
  parked: z.array(parkedProfileSchema),
  /** The first 20 that end within 30 days. */
  refreshTokensEnding: z.array(endingRefreshTokenSchema),
});

export const resumedProfileSchema = z.object({
  profileId: idSchema,
  /** The fault that was put aside; null: there was none. */
  fault: z.string().nullable(),
});

export type BreakerState = z.infer<typeof breakerStateSchema>;
export type RefreshSummary = z.infer<typeof refreshSummarySchema>;
export type RefreshProvider = z.infer<typeof refreshProviderSchema>;
export type RefreshGate = z.infer<typeof refreshGateSchema>;
export type RefreshMinute = z.infer<typeof refreshMinuteSchema>;
export type DueForecast = z.infer<typeof dueForecastSchema>;
export type LateRefreshes = z.infer<typeof lateRefreshesSchema>;
export type ParkedProfile = z.infer<typeof parkedProfileSchema>;
export type EndingRefreshToken = z.infer<typeof endingRefreshTokenSchema>;
export type ResumedProfile = z.infer<typeof resumedProfileSchema>;
