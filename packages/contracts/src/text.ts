import { z } from 'zod';

const encoder = new TextEncoder();

/** Text that PostgreSQL and JSON both carry unchanged: no NUL, no lone surrogate. */
export const cleanText = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => !value.includes('\u0000') && value.isWellFormed(), 'must not contain NUL or broken Unicode');

/** A one-line, non-blank label, which does not turn around what stands beside it (Unicode Technical Report 36, section 2.5). */
export const labelText = (max: number) =>
  cleanText(max)
    .min(1)
    .refine(
      (value) => value.trim() === value && !/[\u0000-\u001f\u007f\u2028-\u202e\u2066-\u2069]/.test(value),
      'must be one line without blanks around it or characters that change the direction of text',
    );

/** Text limited by its UTF-8 size, as identifiers that come from other systems are. */
export const bytesText = (maxBytes: number) =>
  cleanText(maxBytes)
    .min(1)
    .refine((value) => encoder.encode(value).length <= maxBytes, `must be at most ${maxBytes} bytes of UTF-8`);

/** A secret as it is typed or pasted: printable ASCII (RFC 6749 appendix A, VSCHAR). */
export const secretText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x20-\x7e]+$/, 'must be printable ASCII');

export const idSchema = z.uuid();
export const instantSchema = z.iso.datetime();

/** Cursor pages: at most 200 items; the cursor is opaque. */
export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
};
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() });
