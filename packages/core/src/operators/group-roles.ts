import { type AssistantRole, type Role, type Roles, roleSchema } from '@grantkeeper/contracts/operators/http';
import { idSchema } from '@grantkeeper/contracts/text';

/** A role that members of a group at the company have here: for all assistants where `assistantId` is null. */
export interface GroupRole {
  group: string;
  role: Role;
  assistantId: string | null;
}

/** Reads e.g. `gk-admins=admin,travel=author@<assistantId>`; in a group's name `%2C` stands for a comma. Throws what is wrong. */
export function readGroupRoles(text: string): GroupRole[] {
  return text.split(',').map((entry, index) => {
    const at = entry.lastIndexOf('=');
    const group = decoded(entry.slice(0, Math.max(at, 0)).trim());
    const [role, assistantId, ...rest] = entry
      .slice(at + 1)
      .trim()
      .split('@');
    const known = roleSchema.safeParse(role);
    if (at < 1 || group === null || group === '' || !known.success || rest.length > 0)
      throw new Error(`entry ${index + 1} must be like group=role or group=role@assistantId`);
    if (assistantId !== undefined && !idSchema.safeParse(assistantId).success)
      throw new Error(`entry ${index + 1} must name its assistant by its id`);
    return { group, role: known.data, assistantId: assistantId?.toLowerCase() ?? null };
  });
}

/** The roles that these groups give: for all and for each assistant the first entry that fits. Null where none does. */
export function rolesOfGroups(mapping: readonly GroupRole[], groups: readonly string[]): Roles | null {
  const member = new Set(groups);
  let role: Role | null = null;
  const assistantRoles = new Map<string, AssistantRole>();
  for (const entry of mapping) {
    if (!member.has(entry.group)) continue;
    if (entry.assistantId === null) role ??= entry.role;
    else if (!assistantRoles.has(entry.assistantId))
      assistantRoles.set(entry.assistantId, { assistantId: entry.assistantId, role: entry.role });
  }
  return role === null && assistantRoles.size === 0 ? null : { role, assistantRoles: [...assistantRoles.values()] };
}

function decoded(name: string): string | null {
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
