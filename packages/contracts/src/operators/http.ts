import { z } from 'zod';
import { bytesText, cleanText, idSchema, instantSchema, labelText, page, pageQuery } from '../text.js';
import { permissionsSchema } from './permissions.js';

export const roleSchema = z.enum(['viewer', 'author', 'operator', 'admin']);
/** A role that holds with one assistant. */
export const assistantRoleSchema = z.object({ assistantId: idSchema, role: roleSchema });
const email = z
  .email()
  .max(254)
  .transform((value) => value.toLowerCase());
/** NIST SP 800-63B: length is what counts. */
const newPassword = bytesText(512).min(12, 'must be at least 12 characters');

export const signInSchema = z.strictObject({
  email: cleanText(254).transform((value) => value.toLowerCase()),
  password: cleanText(512),
});
export const sessionSchema = z.object({
  operatorId: idSchema,
  email: z.string(),
  /** For all assistants; null where there are only roles for single ones. */
  role: roleSchema.nullable(),
  assistantRoles: z.array(assistantRoleSchema),
  permissions: permissionsSchema,
  expiresAt: instantSchema.nullable(),
});

const newAssistantRoles = z
  .array(z.strictObject({ assistantId: idSchema.transform((id) => id.toLowerCase()), role: roleSchema }))
  .max(200)
  .refine(
    (roles) => new Set(roles.map(({ assistantId }) => assistantId)).size === roles.length,
    'must name each assistant at most once',
  );
export const newOperatorSchema = z
  .strictObject({
    email,
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
  revokedAt: instantSchema.nullable(),
});
export const apiTokensPageSchema = page(apiTokenSchema);

export const auditEntrySchema = z.object({
  seq: z.int(),
  at: instantSchema,
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  assistantId: idSchema.nullable(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
});
export const auditPageSchema = page(auditEntrySchema);
export const listAuditQuery = z.strictObject({ ...pageQuery, subject: cleanText(200).optional() });
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
export type AuditEntry = z.infer<typeof auditEntrySchema>;
