import { z } from 'zod';
import { bytesText, cleanText, idSchema, instantSchema, labelText, page, pageQuery } from '../text.js';
import { permissionsSchema } from './permissions.js';

export const roleSchema = z.enum(['viewer', 'author', 'operator', 'admin']);
/** A role that holds with one assistant. */
export const assistantRoleSchema = z.object({ assistantId: idSchema, role: roleSchema });
export const operatorEmailSchema = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase());
/** NIST SP 800-63B: length is what counts. */
const newPassword = bytesText(512).min(12, 'must be at least 12 characters');

export const signInSchema = z.strictObject({
  email: cleanText(254).transform((value) => value.toLowerCase()),
  password: cleanText(512),
});
/** How an operator signs in: with a password kept here, or at the company's own sign-in, which then decides over the roles. */
export const signInMethodSchema = z.enum(['password', 'company']);
export const sessionSchema = z.object({
  operatorId: idSchema,
  email: z.string(),
  /** For all assistants; null where there are only roles for single ones. */
  role: roleSchema.nullable(),
  assistantRoles: z.array(assistantRoleSchema),
  permissions: permissionsSchema,
  signsInBy: signInMethodSchema,
  expiresAt: instantSchema.nullable(),
});

/** Which ways to sign in this installation offers; `oidc.name` is the text of its button. */
export const signInMethodsSchema = z.object({
  password: z.literal(true),
  oidc: z.object({ name: z.string() }).nullable(),
});
/** What `/admin/sign-in?problem=` says of a sign-in at the company that came to nothing. */
export const companySignInProblemSchema = z.enum([
  'cancelled',
  'expired',
  'other-browser',
  'no-role',
  'disabled',
  'no-email',
  'email-unverified',
  'email-taken',
  'unreachable',
  'refused',
]);
export const companyCallbackQuery = z.object({
  code: cleanText(2000).optional(),
  state: cleanText(500).optional(),
  iss: cleanText(2000).optional(),
  error: cleanText(200).optional(),
});

export const ownPasswordSchema = z.strictObject({ currentPassword: cleanText(512), newPassword });

/** One signed-in browser; the token itself is shown nowhere. */
export const operatorSessionSchema = z.object({
  id: idSchema,
  startedAt: instantSchema,
  /** To the minute. */
  lastUsedAt: instantSchema,
  expiresAt: instantSchema,
  /** Browser and system as far as they told, e.g. “Firefox, Linux”. */
  browser: z.string().nullable(),
  /** Whether it is the one that asks. */
  current: z.boolean(),
});
export const operatorSessionsPageSchema = page(operatorSessionSchema);
export const listSessionsQuery = z.strictObject(pageQuery);

const newAssistantRoles = z
  .array(z.strictObject({ assistantId: idSchema.transform((id) => id.toLowerCase()), role: roleSchema }))
  .max(200)
  .refine(
    (roles) => new Set(roles.map(({ assistantId }) => assistantId)).size === roles.length,
    'must name each assistant at most once',
  );
export const newOperatorSchema = z
  .strictObject({
    email: operatorEmailSchema,
    password: newPassword,
    role: roleSchema.nullable().default(null),
    assistantRoles: newAssistantRoles.default([]),
  })
  .refine(({ role, assistantRoles }) => role !== null || assistantRoles.length > 0, {
    path: ['role'],
    message: 'must be given for all assistants or for at least one',
  });
/** Null takes the role for all away; `assistantRoles` takes the place of all that there were. */
export const operatorPatchSchema = z.strictObject({
  role: roleSchema.nullable().optional(),
  assistantRoles: newAssistantRoles.optional(),
  password: newPassword.optional(),
  disabled: z.boolean().optional(),
});
export const operatorSchema = z.object({
  id: idSchema,
  email: z.string(),
  role: roleSchema.nullable(),
  assistantRoles: z.array(assistantRoleSchema),
  disabled: z.boolean(),
  signsInBy: signInMethodSchema,
  lastSignInAt: instantSchema.nullable(),
  revision: z.int(),
  createdAt: instantSchema,
});
export const operatorsPageSchema = page(operatorSchema);
export const listOperatorsQuery = z.strictObject(pageQuery);

export const newApiTokenSchema = z.strictObject({ name: labelText(100) });
/** The only answer that ever shows the token. */
export const createdApiTokenSchema = z.object({ id: idSchema, token: z.string() });
export const apiTokenSchema = z.object({
  id: idSchema,
  name: z.string(),
  createdAt: instantSchema,
  /** To the minute. */
  lastUsedAt: instantSchema.nullable(),
  revokedAt: instantSchema.nullable(),
});
export const apiTokensPageSchema = page(apiTokenSchema);

export const auditEntrySchema = z.object({
  seq: z.int(),
  at: instantSchema,
  actor: z.string(),
  /** The address of the operator or the name of the runtime key, while there is one. */
  actorName: z.string().nullable(),
  action: z.string(),
  subject: z.string(),
  subjectName: z.string().nullable(),
  assistantId: idSchema.nullable(),
  /** Ids and names. Of a change also `before` and `after`: the members that differ, secrets masked. */
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
export const auditPageSchema = page(auditEntrySchema);
const auditFilter = {
  /** E.g. `operator:<id>`, `runtime:<id>`, `worker`. */
  actor: cleanText(200).optional(),
  /** E.g. `profiles.revise`, or `profiles` for all that begins so. */
  action: cleanText(100).optional(),
  /** E.g. `profile:<id>`. */
  subject: cleanText(200).optional(),
  assistantId: idSchema.optional(),
  from: instantSchema.optional(),
  /** Before this instant. */
  to: instantSchema.optional(),
};
export const listAuditQuery = z.strictObject({ ...pageQuery, ...auditFilter });
export const exportAuditQuery = z.strictObject(auditFilter);
export const auditVerificationSchema = z.object({
  intact: z.boolean(),
  entries: z.int(),
  brokenAt: z.int().nullable(),
  head: z.string(),
});

export type Role = z.infer<typeof roleSchema>;
export type AssistantRole = z.infer<typeof assistantRoleSchema>;
/** The roles of one operator: for all assistants, and for single ones. */
export interface Roles {
  readonly role: Role | null;
  readonly assistantRoles: readonly AssistantRole[];
}
export type SessionView = z.infer<typeof sessionSchema>;
export type NewOperator = z.infer<typeof newOperatorSchema>;
export type OperatorPatch = z.infer<typeof operatorPatchSchema>;
export type OperatorView = z.infer<typeof operatorSchema>;
export type SignInMethod = z.infer<typeof signInMethodSchema>;
export type SignInMethods = z.infer<typeof signInMethodsSchema>;
export type CompanySignInProblem = z.infer<typeof companySignInProblemSchema>;
export type OperatorSession = z.infer<typeof operatorSessionSchema>;
export type ApiToken = z.infer<typeof apiTokenSchema>;
export type AuditFilter = z.infer<typeof exportAuditQuery>;
export type AuditVerification = z.infer<typeof auditVerificationSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
