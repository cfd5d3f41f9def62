import { z } from 'zod';
import { idSchema } from '../text.js';

export const userEvents = {
  'users.link-minted.v1': z.object({ linkId: idSchema }),
} as const;
