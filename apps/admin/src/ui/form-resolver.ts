import { zodResolver } from '@hookform/resolvers/zod';
import type { FieldErrors, FieldValues, Resolver } from 'react-hook-form';
import type { z } from 'zod';
import { ruleWords } from './rule-words.js';

/** Checks a form with a schema of the contracts, and tells what is wrong in the language that is chosen. */
export function contractResolver<In extends FieldValues, Out>(schema: z.ZodType<Out, In>): Resolver<In, unknown, Out> {
  const check = zodResolver(schema) as Resolver<In, unknown, Out>;
  return async (...asked) => {
    const result = await check(...asked);
    return Object.keys(result.errors).length === 0 ? result : ({ ...result, errors: inWords(result.errors) } as typeof result);
  };
}

/** The errors nest as the form does; a message says what is wrong wherever there is one. */
function inWords<T extends FieldErrors>(errors: T): T {
  return Object.fromEntries(
    Object.entries(errors).map(([name, value]) => {
      if (name === 'ref') return [name, value];
      if (name === 'message' && typeof value === 'string') return [name, ruleWords(value)];
      if (Array.isArray(value)) return [name, value.map((one) => (one ? inWords(one) : one))];
      return [name, value !== null && typeof value === 'object' ? inWords(value as FieldErrors) : value];
    }),
  ) as T;
}
