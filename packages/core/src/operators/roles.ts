import type { Role, Roles } from '@grantkeeper/contracts/operators/http';
import {
  installationWide,
  type Permission,
  type Permissions,
  permissionSchema,
} from '@grantkeeper/contracts/operators/permissions';

const reads = ['assistants.read', 'profiles.read', 'runtime-keys.read', 'grants.read', 'refresh.read'] as const;

const granted: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(reads),
  author: new Set([...reads, 'profiles.write', 'runtime-keys.write']),
  operator: new Set([
    ...reads,
    'grants.manage',
    'runtime-keys.write',
    'audit.read',
    'queues.read',
    'queues.manage',
    'system.read',
  ]),
  admin: new Set(permissionSchema.options),
};

/** Whether this role allows this, where it holds. */
export function mayDo(role: Role, permission: Permission): boolean {
  return granted[role].has(permission);
}

/** Whether these roles allow this with one assistant, or with the whole installation where that is null. */
export function mayOn({ role, assistantRoles }: Roles, permission: Permission, assistantId: string | null): boolean {
  if (role !== null && mayDo(role, permission)) return true;
  return (
    !installationWide.has(permission) &&
    assistantRoles.some((one) => one.assistantId === assistantId && mayDo(one.role, permission))
  );
}

/** Whether there is any role with this assistant. */
export function knows({ role, assistantRoles }: Roles, assistantId: string | null): boolean {
  return role !== null || assistantRoles.some((one) => one.assistantId === assistantId);
}

/** The assistants with which these roles allow this. */
export function assistantsWhere(roles: Roles, permission: Permission): 'all' | string[] {
  if (mayOn(roles, permission, null)) return 'all';
  return roles.assistantRoles.map(({ assistantId }) => assistantId).filter((id) => mayOn(roles, permission, id));
}

/** Everything that these roles allow, by name. What is allowed everywhere is not repeated for single assistants. */
export function permissionsOf(roles: Roles): Permissions {
  const may = (assistantId: string | null) => permissionSchema.options.filter((one) => mayOn(roles, one, assistantId));
  const all = may(null);
  const besides = (assistantId: string) => may(assistantId).filter((one) => !all.includes(one));
  return {
    all,
    assistants: Object.fromEntries(roles.assistantRoles.map(({ assistantId }) => [assistantId, besides(assistantId)])),
  };
}
