import { z } from 'zod';
import { fieldKeySchema, fieldValue } from '../profiles/fields.js';

const mostBytes = 8_192;
const deepest = 6;

/** Whether any value lies deeper than this; looks no further than that. */
function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

/** Values of additional fields, by their keys. */
export const askedFields = z
  .record(fieldKeySchema, fieldValue)
  .refine((fields) => Object.keys(fields).length <= 50, { message: 'must hold at most 50 fields' });

/** What the runtime has to say for {{context.…}}: any JSON object. */
export const askedContext = z
  .record(z.string(), z.unknown())
  .refine((context) => !isDeeper(context, deepest), { message: `must not be deeper than ${deepest} levels` })
  .refine((context) => isDeeper(context, deepest) || JSON.stringify(context).length <= mostBytes, {
    message: `must be at most ${mostBytes} characters of JSON`,
  });
