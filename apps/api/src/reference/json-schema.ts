import { z } from 'zod';

/** As much of JSON Schema 2020-12 as the contracts use. */
export interface JsonSchema {
  type?: string | string[];
  format?: string;
  description?: string;
  const?: unknown;
  enum?: unknown[];
  default?: unknown;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  additionalProperties?: boolean | JsonSchema;
  /** Members that are refused by name in this version. */
  'x-not-supported-yet'?: string[];
}

/** A contract's schema as JSON Schema: what is sent (`input`) or what is answered (`output`). */
export function jsonSchemaOf(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema: _, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => leaveOutUnsupported(zodSchema, jsonSchema as JsonSchema),
  });
  return made as JsonSchema;
}

/** Members that this version refuses are named apart, not offered among the others. */
function leaveOutUnsupported(schema: z.core.$ZodTypes, made: JsonSchema): void {
  const { def } = schema._zod;
  if (def.type !== 'object' || !made.properties) return;
  const refused = Object.entries(def.shape)
    .filter(([, member]) => isRefused(member))
    .map(([name]) => name);
  if (refused.length === 0) return;
  for (const name of refused) delete made.properties[name];
  made['x-not-supported-yet'] = refused;
}

function isRefused(schema: z.core.$ZodType): boolean {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return def.type === 'undefined' || (def.type === 'optional' && isRefused(def.innerType));
}
