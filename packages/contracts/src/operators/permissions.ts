import { z } from 'zod';

/** Everything that a role may allow. */
export const permissionSchema = z.enum([
  'assistants.read',
  'assistants.write',
  'profiles.read',
  'profiles.write',
  'origins.approve',
  'runtime-keys.read',
  'runtime-keys.write',
  'grants.read',
  'grants.manage',
  'refresh.read',
  'queues.read',
  'queues.manage',
  'system.read',
  'operators.read',
  'operators.manage',
  'audit.read',
]);
export type Permission = z.infer<typeof permissionSchema>;

/** What concerns every assistant at once: only a role for all of them can allow it. */
export const installationWide: ReadonlySet<Permission> = new Set<Permission>([
  'assistants.write',
  'refresh.read',
  'queues.read',
  'queues.manage',
  'system.read',
  'operators.read',
  'operators.manage',
]);

/** What one may do, as names: everywhere, and besides with single assistants. */
export const permissionsSchema = z.object({
  all: z.array(permissionSchema),
  assistants: z.record(z.string(), z.array(permissionSchema)),
});
export type Permissions = z.infer<typeof permissionsSchema>;
