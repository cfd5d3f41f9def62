import type { Role } from '@grantkeeper/contracts/operators/http';

const reads = ['assistants.read', 'profiles.read', 'runtime-keys.read', 'grants.read'] as const;
const permissions = [
  ...reads,
  'assistants.write',
  'profiles.write',
  'origins.approve',
  'runtime-keys.write',
  'grants.manage',
  'operators.read',
  'operators.manage',
  'audit.read',
] as const;
export type Permission = (typeof permissions)[number];

const granted: Record<Role, ReadonlySet<Permission>> = {
  viewer: new Set(reads),
  author: new Set([...reads, 'profiles.write', 'runtime-keys.write']),
  operator: new Set([...reads, 'grants.manage', 'runtime-keys.write', 'audit.read']),
  admin: new Set(permissions),
};

/** Whether an operator of this role may do this. */
export function mayDo(role: Role, permission: Permission): boolean {
  return granted[role].has(permission);
}
