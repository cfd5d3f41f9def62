import { cleanText } from '@grantkeeper/contracts/text';
import { InvalidInput } from '@grantkeeper/core/kernel/request.errors';
import { z } from 'zod';

/** A place in a list, opaque to callers: where the next page goes on. */
export type Page<T> = { items: T[]; nextCursor: string | null };

/** Reads a cursor of ours; anything else is an error on `cursor`. Null where none was sent. */
export function readCursor<T extends z.ZodType>(place: T, cursor: string | undefined): z.output<T> | null {
  if (cursor === undefined) return null;
  const parsed = place.safeParse(decoded(cursor));
  if (!parsed.success)
    throw new InvalidInput([{ path: 'cursor', code: 'invalid_value', message: 'must be a nextCursor of this list' }]);
  return parsed.data;
}

/** Makes a page of rows that were asked for with one more than `limit`, so that the end is known. */
export function pageOf<R, T>(rows: readonly R[], limit: number, placeOf: (row: R) => unknown, view: (row: R) => T): Page<T> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const nextCursor =
    rows.length > limit && last !== undefined ? Buffer.from(JSON.stringify(placeOf(last))).toString('base64url') : null;
  return { items: shown.map(view), nextCursor };
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

/** Whether a calendar has this day, in a year that PostgreSQL has too. */
function isDay(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !text.startsWith('0000') && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

/** Places of lists in the order of a name, of an instant with an id, of a number. */
export const namePlace = z.strictObject({ name: cleanText(500) });
export const numberPlace = z.strictObject({ number: z.int32().min(0) });
export const instantPlace = z.strictObject({
  at: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?[+-](0\d|1[0-5])(:[0-5]\d){0,2}$/)
    .refine((at) => isDay(at.slice(0, 10))),
  id: z.uuid(),
});
export const idPlace = z.strictObject({ id: z.uuid() });
