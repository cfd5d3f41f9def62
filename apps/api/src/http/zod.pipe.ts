import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { fieldErrors } from '@grantkeeper/contracts/field-errors';
import { plainRule } from '@grantkeeper/contracts/plain-rules';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import type { ArgumentMetadata, PipeTransform } from '@nestjs/common';
import type { z } from 'zod';

/** Parses a body or a query by its contract; every wrong field is named at once. */
export class ZodPipe<T extends z.ZodType> implements PipeTransform<unknown, z.output<T>> {
  constructor(private readonly schema: T) {}

  transform(value: unknown, { type }: Pick<ArgumentMetadata, 'type'> = { type: 'body' }): z.output<T> {
    const given = type === 'query' ? { ...(value as object) } : value;
    const parsed = this.schema.safeParse(given);
    if (parsed.success) return parsed.data;
    const refused = this.schema.safeParse(given, { error: plainRule }); // our words cost each good value more than a second look costs a bad one
    throw new InvalidInput(fieldErrors(refused.error ?? parsed.error, given, type === 'query' ? 'query' : 'body'));
  }
}

/** Names every member of an object as unknown: for routes that take no query. */
export const unknownMembers = (members: readonly string[]): FieldError[] =>
  members.map((path) => ({ path, code: 'unknown_member', message: 'unknown member' }));
