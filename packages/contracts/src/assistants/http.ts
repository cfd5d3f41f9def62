import { z } from 'zod';
import { idSchema, instantSchema, labelText, page, pageQuery } from '../text.js';

export const newAssistantSchema = z.strictObject({ name: labelText(100) });
export const assistantPatchSchema = z.strictObject({ name: labelText(100).optional() });
export const assistantSchema = z.object({
  id: idSchema,
  name: z.string(),
  revision: z.int(),
  createdAt: instantSchema,
});
export const assistantsPageSchema = page(assistantSchema);
export const listAssistantsQuery = z.strictObject(pageQuery);

export const newRuntimeKeySchema = z.strictObject({
  name: labelText(100),
  profiles: z.array(idSchema).min(1).max(100).optional(),
});
/** The only answer that ever shows the key. */
export const createdRuntimeKeySchema = z.object({ id: idSchema, key: z.string() });
export const runtimeKeySchema = z.object({
  id: idSchema,
  name: z.string(),
  profiles: z.array(idSchema).nullable(),
  createdAt: instantSchema,
  createdBy: z.string(),
  revokedAt: instantSchema.nullable(),
});
export const runtimeKeysPageSchema = page(runtimeKeySchema);
export const listRuntimeKeysQuery = z.strictObject(pageQuery);

export type NewAssistant = z.infer<typeof newAssistantSchema>;
export type AssistantPatch = z.infer<typeof assistantPatchSchema>;
export type AssistantView = z.infer<typeof assistantSchema>;
export type NewRuntimeKey = z.infer<typeof newRuntimeKeySchema>;
export type RuntimeKeyView = z.infer<typeof runtimeKeySchema>;
