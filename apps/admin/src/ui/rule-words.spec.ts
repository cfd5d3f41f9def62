import { plainRule } from '@grantkeeper/contracts/plain-rules';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { rules } from './rules.de.js';

const told = (schema: z.ZodType, value: unknown): string[] =>
  (schema.safeParse(value, { error: plainRule }).error?.issues ?? []).map(({ message }) => message);

describe('the rules in German', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['an empty text', z.string().min(1), ''],
    ['a short text', z.string().min(12), 'a'],
    ['a long text', z.string().max(2), 'abc'],
    ['a short list', z.array(z.string()).min(2), []],
    ['a number that is too large', z.number().max(5), 6],
    ['a fraction', z.int(), 1.5],
    ['no text', z.string(), 5],
    ['a value that is not offered', z.enum(['a', 'b']), 'c'],
    ['an email address', z.email(), 'a'],
  ])('have words for %s', (_, schema, value) => {
    const messages = told(schema, value);
    expect(messages).toHaveLength(1);
    expect(messages.filter((message) => !rules.some(([pattern]) => pattern.test(message)))).toEqual([]);
  });
});
