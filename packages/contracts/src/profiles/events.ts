import { z } from 'zod';
import { idSchema } from '../text.js';

const change = z.object({ profileId: idSchema, revision: z.int(), changed: z.array(z.string()) });
export const profileEvents = {
  'profiles.created.v1': change,
  'profiles.revised.v1': change.extend({ secretCleared: z.boolean() }),
  'profiles.secret-promoted.v1': change,
  'profiles.origins-approved.v1': z.object({ profileId: idSchema, revision: z.int(), origins: z.array(z.string()) }),
  'profiles.disabled.v1': change,
  'profiles.enabled.v1': change,
  'profiles.archived.v1': change,
  'profiles.restored.v1': change,
  'profiles.resumed.v1': z.object({ profileId: idSchema, fault: z.string() }),
  'profiles.deletion-requested.v1': change,
  'profiles.deleted.v1': z.object({ profileId: idSchema }),
} as const;
