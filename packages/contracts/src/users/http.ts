import { z } from 'zod';
import { userSchema } from '../grants/http.js';
import { instantSchema } from '../text.js';

export const newUserLinkSchema = z.strictObject({ user: userSchema });
/** A link to the user's own page; whoever has it can look and disconnect until it expires. */
export const userLinkSchema = z.object({ url: z.string(), expiresAt: instantSchema });

export type UserLink = z.infer<typeof userLinkSchema>;
