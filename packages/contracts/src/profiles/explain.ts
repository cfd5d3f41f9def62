import { z } from 'zod';
import { askedContext, askedFields } from '../grants/asked-inputs.js';
import { tenantSchema } from './fields.js';

/** What an explanation is filled with, as in an ask; what is left out is stood in for. */
export const explainSchema = z.strictObject({
  tenant: tenantSchema.optional(),
  fields: askedFields.optional(),
  context: askedContext.optional(),
});

/** A value of a request and where it comes from; `masked` where it would be secret or is made for each request. */
const explainedValue = z.object({ name: z.string(), value: z.string(), source: z.string() });

export const explanationSchema = z.object({
  requests: z.array(
    z.object({
      request: z.enum(['authorize', 'token', 'refresh', 'revoke', 'api']),
      method: z.string(),
      url: z.string(),
      /** The placeholders of its URL, as the profile writes them. */
      placeholders: z.array(explainedValue),
      /** Parameters that are added to the URL. */
      query: z.array(explainedValue),
      headers: z.array(explainedValue),
      body: z.array(explainedValue),
    }),
  ),
});

export type Explain = z.infer<typeof explainSchema>;
export type Explanation = z.infer<typeof explanationSchema>;
export type ExplainedValue = z.infer<typeof explainedValue>;
