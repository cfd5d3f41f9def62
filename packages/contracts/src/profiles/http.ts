import { z } from 'zod';
import { bytesText, cleanText, idSchema, instantSchema, labelText, page, pageQuery, secretText } from '../text.js';
import { additionalFieldsSchema, authorizationFieldsSchema, hostAllowListSchema, tenancySchema } from './fields.js';
import { notSupportedYet } from './not-supported-yet.js';
import { endpointUrl, templateUrl } from './urls.js';

const tenYearsSeconds = 315_360_000;

/** A place of the runtime's own that the browser may be sent back to; compared by exact string. */
const returnUrl = endpointUrl;

const scopeRow = z.strictObject({ key: cleanText(100).optional(), value: cleanText(2000).min(1) });
/** Parameters that the protocol owns and a scope row may not replace. */
const protocolParameters = ['response_type', 'client_id', 'redirect_uri', 'state', 'code_challenge', 'code_challenge_method'];

const scope = z
  .array(scopeRow)
  .max(50)
  .superRefine((rows, context) => {
    const seen = new Set<string>();
    rows.forEach((row, index) => {
      const key = row.key ?? '';
      if (key === '' || key === 'scope') return;
      if (protocolParameters.includes(key))
        context.addIssue({ code: 'custom', path: [index, 'key'], message: `${key} is set by Grantkeeper` });
      if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, 'key'], message: `${key} is given twice` });
      seen.add(key);
    });
  });

export const clientAuthenticationSchema = z.strictObject({
  method: z.enum(['client_secret_basic', 'client_secret_post', 'none']),
  /** RFC 6749 section 2.3.1 form-encodes id and secret before Basic; many servers expect them raw. */
  basicEncoding: z.enum(['form', 'raw']).optional(),
});

/** What is known of a rotating refresh token that is sent a second time: its provider takes that for so many seconds, never, or nobody knows. */
const refreshReuse = z.union([z.strictObject({ allowedSeconds: z.int().min(1).max(86_400) }), z.enum(['no', 'unknown'])]);

const refreshTokenSeconds = z.int().min(60).max(tenYearsSeconds);
/** How long a refresh token lives where the provider does not say: since its last use, and since the consent. */
const refreshTokenLifetime = z
  .strictObject({ idle: refreshTokenSeconds.optional(), absolute: refreshTokenSeconds.optional() })
  .refine(({ idle, absolute }) => idle !== undefined || absolute !== undefined, { message: 'must hold idle, absolute or both' });

const inFlight = z.int().min(1).max(1000);
const perSecond = z.number().min(0.01).max(10_000);
/** How much the provider takes of this client, over all workers: token requests at once, and in a second. */
const limits = z
  .strictObject({ inFlight: inFlight.optional(), perSecond: perSecond.optional() })
  .refine((given) => given.inFlight !== undefined || given.perSecond !== undefined, {
    message: 'must hold inFlight, perSecond or both',
  });

export const advancedSchema = z.strictObject({
  pkce: z.enum(['S256', 'off']).optional(),
  clientAuthentication: clientAuthenticationSchema.optional(),
  revocationUrl: templateUrl.optional(),
  /** The base of the provider's API, handed out with the token; before the tenancy's. */
  apiBaseUrl: templateUrl.optional(),
  /** Which hosts a placeholder that fills a whole host may become. */
  hostAllowList: hostAllowListSchema.optional(),
  discoveryUrl: endpointUrl.optional(),
  returnUrls: z.array(returnUrl).max(20).optional(),
  /** How long an access token lives where the provider does not say. */
  assumedLifetimeSeconds: z.int().min(60).max(tenYearsSeconds).optional(),
  refreshTokenLifetimeSeconds: refreshTokenLifetime.optional(),
  limits: limits.optional(),
  /** How long before its end a token is refreshed; never more than half its life. */
  refreshLeadSeconds: z
    .int()
    .min(0)
    .max(30 * 86_400)
    .optional(),
  /** Before expiry only grants are refreshed that were asked for within so many days; the others when they are asked for again. */
  keepFreshDays: z.int().min(1).max(3650).optional(),
  /** Whether the provider takes a rotating refresh token a second time after its answer was lost. */
  refreshReuse: refreshReuse.optional(),
  ...notSupportedYet([
    'grantType',
    'scopeSeparator',
    'tokenRequestFormat',
    'tokenParameters',
    'refreshParameters',
    'tokenHeaders',
    'parameterNames',
    'omitParameters',
    'urlOptions',
    'responseType',
    'codeParameter',
    'callbackHmac',
    'captureFromCallback',
    'captureFromTokenResponse',
    'lookupAfterAuthorization',
    'responsePaths',
    'introspectionUrl',
    'errorWhen',
    'refreshStyle',
    'followUpExchange',
  ]),
});

/** `user`: each user consents. `everyone`: an operator consents once, and one grant serves all. */
export const grantedToSchema = z.enum(['user', 'everyone']);
export const identityCheckSchema = z.enum(['code', 'return', 'confirm']);

const editable = {
  name: labelText(100),
  identityProvider: labelText(100),
  clientId: secretText(255),
  clientSecret: secretText(255),
  /** Taken once the provider refuses the present one at a refresh (`invalid_client`): a rotation without an outage. */
  nextClientSecret: secretText(255),
  authorizationUrl: templateUrl,
  tokenUrl: templateUrl,
  refreshUrl: templateUrl,
  scope,
  description: cleanText(2000),
  tenancy: tenancySchema,
  additionalFields: additionalFieldsSchema,
  authorizationFields: authorizationFieldsSchema,
  grantedTo: grantedToSchema,
  identityCheck: identityCheckSchema,
  advanced: advancedSchema,
};
const later = notSupportedYet(['useConnector']);

/** The body of a profile's creation. URLs may be left out where `advanced.discoveryUrl` tells them. */
export const newProfileSchema = z.strictObject({
  id: idSchema.optional(),
  type: z.literal('oauth2'),
  name: editable.name,
  identityProvider: editable.identityProvider,
  clientId: editable.clientId,
  clientSecret: editable.clientSecret.optional(),
  nextClientSecret: editable.nextClientSecret.optional(),
  authorizationUrl: editable.authorizationUrl.optional(),
  tokenUrl: editable.tokenUrl.optional(),
  refreshUrl: editable.refreshUrl.optional(),
  scope: editable.scope.default([]),
  description: editable.description.default(''),
  tenancy: editable.tenancy.optional(),
  additionalFields: editable.additionalFields.optional(),
  authorizationFields: editable.authorizationFields.optional(),
  grantedTo: editable.grantedTo.optional(),
  identityCheck: editable.identityCheck.default('code'),
  advanced: editable.advanced.default({}),
  ...later,
});

/** A JSON merge patch (RFC 7396): null removes an optional member; lists are replaced whole. */
export const profilePatchSchema = z.strictObject({
  name: editable.name.optional(),
  identityProvider: editable.identityProvider.optional(),
  clientId: editable.clientId.optional(),
  clientSecret: editable.clientSecret.nullable().optional(),
  nextClientSecret: editable.nextClientSecret.nullable().optional(),
  authorizationUrl: editable.authorizationUrl.nullable().optional(),
  tokenUrl: editable.tokenUrl.nullable().optional(),
  refreshUrl: editable.refreshUrl.nullable().optional(),
  scope: editable.scope.nullable().optional(),
  description: editable.description.nullable().optional(),
  tenancy: z
    .strictObject({
      enabled: tenancySchema.shape.enabled.optional(),
      url: tenancySchema.shape.url.nullable(),
      allowedTenants: tenancySchema.shape.allowedTenants.nullable(),
    })
    .nullable()
    .optional(),
  additionalFields: editable.additionalFields.nullable().optional(),
  authorizationFields: editable.authorizationFields.nullable().optional(),
  grantedTo: editable.grantedTo.nullable().optional(),
  identityCheck: editable.identityCheck.nullable().optional(),
  advanced: z
    .strictObject({
      ...advancedSchema.shape,
      pkce: advancedSchema.shape.pkce.nullable(),
      clientAuthentication: z
        .strictObject({
          ...clientAuthenticationSchema.partial().shape,
          basicEncoding: clientAuthenticationSchema.shape.basicEncoding.nullable(),
        })
        .nullable()
        .optional(),
      revocationUrl: advancedSchema.shape.revocationUrl.nullable(),
      apiBaseUrl: advancedSchema.shape.apiBaseUrl.nullable(),
      hostAllowList: advancedSchema.shape.hostAllowList.nullable(),
      discoveryUrl: advancedSchema.shape.discoveryUrl.nullable(),
      returnUrls: advancedSchema.shape.returnUrls.nullable(),
      assumedLifetimeSeconds: advancedSchema.shape.assumedLifetimeSeconds.nullable(),
      limits: z
        .strictObject({ inFlight: inFlight.nullable().optional(), perSecond: perSecond.nullable().optional() })
        .nullable()
        .optional(),
      refreshTokenLifetimeSeconds: z
        .strictObject({ idle: refreshTokenSeconds.nullable().optional(), absolute: refreshTokenSeconds.nullable().optional() })
        .nullable()
        .optional(),
      refreshLeadSeconds: advancedSchema.shape.refreshLeadSeconds.nullable(),
      keepFreshDays: advancedSchema.shape.keepFreshDays.nullable(),
      refreshReuse: advancedSchema.shape.refreshReuse.nullable(),
    })
    .nullable()
    .optional(),
  ...later,
});

/** An operator's consent for everyone: under which label and for which tenant, where that is not left to the page. */
export const authorizeEveryoneSchema = z.strictObject({
  account: labelText(100).default('default'),
  tenant: cleanText(200).min(1).optional(),
});
export const authorizeEveryoneAnswerSchema = z.object({
  authorizationId: idSchema,
  signInUrl: z.string(),
  expiresAt: instantSchema,
});

/** A patch that is looked at and not saved. */
export const askBlastRadiusSchema = z.strictObject({ patch: profilePatchSchema });
/** What a revision would touch: `grants.needConsent` are those that it stops, by reason; the others that need one need it already. */
export const blastRadiusSchema = z.object({
  changed: z.array(z.string()),
  addedOrigins: z.array(z.string()),
  clearsClientSecret: z.boolean(),
  grants: z.object({ goOn: z.int(), needConsent: z.int(), needConsentAlready: z.int() }),
  because: z.array(z.object({ reason: z.enum(['endpoints_changed', 'client_changed', 'granted_to_changed']), grants: z.int() })),
});

/** What an admin's approval sets in motion: so many grants are bound to these origins, in the background. */
export const approvedOriginsSchema = z.object({ revision: z.int(), origins: z.array(z.string()), grants: z.int() });

export const profileStatusSchema = z.enum(['active', 'disabled', 'archived', 'deleting']);

/** A profile as it is read: never with its secret. */
export const profileSchema = z.object({
  id: idSchema,
  assistantId: idSchema,
  type: z.literal('oauth2'),
  name: z.string(),
  status: profileStatusSchema,
  revision: z.int(),
  callbackUrl: z.string(),
  identityProvider: z.string(),
  clientId: z.string(),
  clientSecretSetAt: instantSchema.nullable(),
  nextClientSecretSetAt: instantSchema.nullable(),
  authorizationUrl: z.string(),
  tokenUrl: z.string(),
  refreshUrl: z.string().nullable(),
  scope: z.array(scopeRow),
  description: z.string(),
  tenancy: tenancySchema,
  additionalFields: additionalFieldsSchema,
  authorizationFields: authorizationFieldsSchema,
  grantedTo: grantedToSchema,
  identityCheck: identityCheckSchema,
  advanced: advancedSchema,
  issuer: z.string().nullable(),
  /** What only another setting or the provider mends: refreshes rest, but for one try every five minutes. */
  fault: z.object({ reason: z.string(), since: instantSchema }).nullable(),
  createdAt: instantSchema,
  updatedAt: instantSchema,
  grantsLeft: z.int().optional(),
});
export const profilesPageSchema = page(profileSchema);
export const listProfilesQuery = z.strictObject({
  ...pageQuery,
  search: cleanText(100).optional(),
  type: z.literal('oauth2').optional(),
  status: profileStatusSchema.optional(),
});

export const profileRevisionSchema = z.object({
  revision: z.int(),
  at: instantSchema,
  by: z.string(),
  /** The operator's email address; null where it was none, or one that is no more. */
  byEmail: z.string().nullable(),
  action: z.enum(['created', 'revised', 'disabled', 'enabled', 'archived', 'restored', 'deleted', 'secret-promoted']),
  changed: z.array(z.string()),
  definition: profileSchema.omit({
    status: true,
    revision: true,
    callbackUrl: true,
    createdAt: true,
    updatedAt: true,
    grantsLeft: true,
    fault: true,
    id: true,
    assistantId: true,
  }),
});
export const profileRevisionsPageSchema = page(profileRevisionSchema);
export const listRevisionsQuery = z.strictObject(pageQuery);

/** How a profile is named in a runtime's ask: its id or its name. */
export const profileReference = bytesText(400);

export type NewProfile = z.infer<typeof newProfileSchema>;
export type ProfilePatch = z.infer<typeof profilePatchSchema>;
export type ProfileView = z.infer<typeof profileSchema>;
export type AuthorizeEveryone = z.infer<typeof authorizeEveryoneSchema>;
export type AuthorizeEveryoneAnswer = z.infer<typeof authorizeEveryoneAnswerSchema>;
export type GrantedTo = z.infer<typeof grantedToSchema>;
export type BlastRadius = z.infer<typeof blastRadiusSchema>;
export type ApprovedOrigins = z.infer<typeof approvedOriginsSchema>;
export type ProfileStatus = z.infer<typeof profileStatusSchema>;
export type ScopeRow = z.infer<typeof scopeRow>;
export type ClientAuthentication = z.infer<typeof clientAuthenticationSchema>;
export type Advanced = z.infer<typeof advancedSchema>;
export type RefreshTokenLifetime = z.infer<typeof refreshTokenLifetime>;
export type IdentityCheck = z.infer<typeof identityCheckSchema>;
export type ProfileRevisionView = z.infer<typeof profileRevisionSchema>;
