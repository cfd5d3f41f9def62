import { z } from 'zod';
import { bytesText, cleanText, idSchema, instantSchema, labelText, page, pageQuery } from '../text.js';

export const roleSchema = z.enum(['viewer', 'author', 'operator', 'admin']);
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
  role: roleSchema,
  expiresAt: instantSchema.nullable(),
});

export const newOperatorSchema = z.strictObject({ email, password: newPassword, role: roleSchema });
export const operatorPatchSchema = z.strictObject({
  role: roleSchema.optional(),
  password: newPassword.optional(),
  disabled: z.boolean().optional(),
});
export const operatorSchema = z.object({
  id: idSchema,
  email: z.string(),
  role: roleSchema,
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
export type NewOperator = z.infer<typeof newOperatorSchema>;
export type OperatorPatch = z.infer<typeof operatorPatchSchema>;
export type OperatorView = z.infer<typeof operatorSchema>;
export type AuditEntry = z.infer<typeof auditEntrySchema>;
