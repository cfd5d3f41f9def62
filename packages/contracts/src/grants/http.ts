import { z } from 'zod';
import { tenantSchema } from '../profiles/fields.js';
import { profileReference } from '../profiles/http.js';
import { bytesText, idSchema, instantSchema, labelText, page, pageQuery } from '../text.js';
import { askedContext, askedFields } from './asked-inputs.js';

export const userSchema = bytesText(256);
/** base64url(SHA-256(verifier)): 43 characters (as RFC 7636 section 4.2). */
const challenge = z.string().regex(/^[A-Za-z0-9_-]{43}$/, 'must be base64url(SHA-256(verifier)), 43 characters');

export const askTokenSchema = z.strictObject({
  profile: profileReference.describe('a profile’s name or id'),
  user: userSchema.describe('the runtime’s own name for the user'),
  account: labelText(100).default('default').describe('tells several accounts of one user apart'),
  tenant: tenantSchema.optional().describe('the customer of the provider; without it the user is asked'),
  fields: askedFields.optional().describe('additional fields by key; the user is asked for the others'),
  context: askedContext.optional().describe('fills {{context.…}}'),
  minTtlSeconds: z
    .int()
    .min(0)
    .max(86_400)
    .optional()
    .describe('how long the token must still live; if it does not, it is refreshed'),
  refusedVersion: z
    .int()
    .min(1)
    .optional()
    .describe('the tokenVersion that the API has answered with 401; a newer one is handed out'),
  waitSeconds: z.number().min(0).max(55).default(0).describe('how long to wait for the outcome of a consent or a refresh'),
  signIn: z
    .union([
      z.literal(false),
      z.strictObject({
        returnUrl: z.string().max(3000).optional().describe('where the browser goes afterwards; one of advanced.returnUrls'),
        verifierChallenge: challenge.optional().describe('selects the identity check return'),
        displayName: labelText(100).optional().describe('how the page names the user'),
      }),
    ])
    .optional()
    .describe('false: no link is made'),
});

export const reconnectReasonSchema = z.enum([
  'invalid_grant',
  'outcome_unknown',
  'endpoints_changed',
  'refresh_token_expired',
  'no_refresh_token',
]);
export const endReasonSchema = z.enum(['signed_out', 'profile_deleted', 'not_confirmed']);
export const grantStatusSchema = z.enum(['active', 'reconnect_required', 'ended']);

/** Who has to consent where there is no link for the user: one grant serves everyone, and an operator gives it. */
const consentBy = z.literal('operator').optional();
const signInLink = {
  consentBy,
  authorizationId: idSchema.optional(),
  signInUrl: z.string().optional(),
  expiresAt: instantSchema.optional(),
};
export const tokenAnswerSchema = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('ready'),
    grantId: idSchema,
    tokenVersion: z.int(),
    accessToken: z.string(),
    tokenType: z.string(),
    expiresAt: instantSchema.nullable(),
    scopes: z.array(z.string()),
    missingScopes: z.array(z.string()),
    values: z.record(z.string(), z.unknown()),
    request: z.object({
      baseUrl: z.string().nullable(),
      headers: z.record(z.string(), z.string()),
      query: z.record(z.string(), z.string()),
      payload: z.record(z.string(), z.string()),
      path: z.record(z.string(), z.string()),
    }),
  }),
  z.object({ status: z.literal('consent_required'), ...signInLink }),
  z.object({
    status: z.literal('reconnect_required'),
    /** `fields_missing`: the grant works, but the profile has fields by now that its user was never asked for. */
    reason: z.union([reconnectReasonSchema, z.literal('fields_missing')]),
    ...signInLink,
  }),
]);

/** A grant as it is listed: never a token. */
export const grantSchema = z.object({
  id: idSchema,
  assistantId: idSchema,
  profileId: idSchema,
  profileName: z.string(),
  identityProvider: z.string(),
  /** Null where the grant serves everyone. */
  user: z.string().nullable(),
  tenant: z.string().nullable(),
  account: z.string(),
  /** What the provider calls the account, where that is known. */
  accountLabel: z.string().nullable(),
  status: grantStatusSchema,
  reason: z.union([reconnectReasonSchema, endReasonSchema]).nullable(),
  tokenVersion: z.int(),
  scopes: z.array(z.string()),
  expiresAt: instantSchema.nullable(),
  /** When the refresh token ends, as far as that is told by the provider or by the profile. */
  refreshTokenEndsAt: instantSchema.nullable(),
  consentedAt: instantSchema,
  endedAt: instantSchema.nullable(),
  /** When its refresh is due; null where none will come. */
  dueAt: instantSchema.nullable(),
  /** Why the last refresh failed, when that was, and how many have failed since one went well. */
  lastFailure: z.string().nullable(),
  lastFailureAt: instantSchema.nullable(),
  failures: z.int(),
  /** The last day, in UTC, on which a runtime asked for it; that of the consent where none has. */
  lastUsedOn: z.iso.date(),
  /** Until then the next consent may come from another account of the provider. */
  otherAccountUntil: instantSchema.nullable(),
});
export const grantsPageSchema = page(grantSchema);
/** A runtime must name the user; operators may search. */
export const listUserGrantsQuery = z.strictObject({ ...pageQuery, user: userSchema });

const grantFilters = {
  user: userSchema.optional().describe('exactly this user; also what serves everyone'),
  userPrefix: userSchema.optional().describe('users whose name begins so'),
  profile: idSchema.optional(),
  status: z
    .enum([...grantStatusSchema.options, 'failing'])
    .optional()
    .describe('failing: active, and its last refresh failed; without a status all but those that ended'),
  tenant: tenantSchema.optional(),
  refreshTokenEndsWithinDays: z.coerce
    .number()
    .int()
    .min(0)
    .max(400)
    .optional()
    .describe('the refresh token ends until that day, and with it the grant unless its user consents again'),
};
export const searchGrantsQuery = z.strictObject({ ...pageQuery, ...grantFilters });
export const exportGrantsQuery = z.strictObject(grantFilters);
/** A line of names, then a line for each grant (RFC 4180, UTF-8). */
export const grantsCsvSchema = z.string();

export const signOutAnswerSchema = z.object({ revocation: z.enum(['revoked', 'forgotten', 'pending']) });

/** Until then, and for one consent, the grant takes another account of the provider. */
export const otherAccountAllowedSchema = z.object({ grantId: idSchema, otherAccountUntil: instantSchema });

export const refreshAcceptedSchema = z.object({ grantId: idSchema, tokenVersion: z.int() });

export type AskToken = z.infer<typeof askTokenSchema>;
export type TokenAnswer = z.infer<typeof tokenAnswerSchema>;
export type OtherAccountAllowed = z.infer<typeof otherAccountAllowedSchema>;
export type ReconnectReason = z.infer<typeof reconnectReasonSchema>;
export type EndReason = z.infer<typeof endReasonSchema>;
export type GrantView = z.infer<typeof grantSchema>;
export type GrantStatus = z.infer<typeof grantStatusSchema> | 'held';
export type GrantSearch = z.infer<typeof exportGrantsQuery>;
export type SignOutAnswer = z.infer<typeof signOutAnswerSchema>;
