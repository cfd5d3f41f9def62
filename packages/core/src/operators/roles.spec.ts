import type { Roles } from '@grantkeeper/contracts/operators/http';
import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import { describe, expect, it } from '@jest/globals';
import { assistantsWhere, knows, mayDo, mayOn, permissionsOf } from './roles.js';

const roles = ['viewer', 'author', 'operator', 'admin'] as const;
/** One letter per role, in the order above: y may, - may not. */
const table: Record<Permission, string> = {
  'assistants.read': 'yyyy',
  'assistants.write': '---y',
  'profiles.read': 'yyyy',
  'profiles.write': '-y-y',
  'origins.approve': '---y',
  'runtime-keys.read': 'yyyy',
  'runtime-keys.write': '-yyy',
  'grants.read': 'yyyy',
  'grants.manage': '--yy',
  'refresh.read': 'yyyy',
  'queues.read': '--yy',
  'queues.manage': '--yy',
  'system.read': '--yy',
  'operators.read': '---y',
  'operators.manage': '---y',
  'audit.read': '--yy',
};
const cells = Object.entries(table).flatMap(([permission, letters]) =>
  roles.map((role, index) => [role, letters[index] === 'y' ? 'may' : 'may not', permission as Permission] as const),
);

describe('what a role may do', () => {
  it.each(cells)('%s %s %s', (role, may, permission) => expect(mayDo(role, permission)).toBe(may === 'may'));
});

describe('a role for one assistant', () => {
  const roles: Roles = {
    role: 'viewer',
    assistantRoles: [
      { assistantId: 'travel', role: 'author' },
      { assistantId: 'help', role: 'admin' },
    ],
  };
  const onlyTravel: Roles = { role: null, assistantRoles: [{ assistantId: 'travel', role: 'operator' }] };

  it('allows there what it allows, besides what the role for all allows', () => {
    expect(mayOn(roles, 'profiles.write', 'travel')).toBe(true);
    expect(mayOn(roles, 'profiles.write', 'other')).toBe(false);
    expect(mayOn(roles, 'profiles.read', 'other')).toBe(true);
    expect(mayOn(onlyTravel, 'grants.manage', 'travel')).toBe(true);
    expect(mayOn(onlyTravel, 'grants.read', 'other')).toBe(false);
    expect(mayOn(onlyTravel, 'grants.read', null)).toBe(false);
  });

  it('never allows what concerns the whole installation', () => {
    for (const permission of ['assistants.write', 'operators.read', 'queues.manage', 'system.read'] as const)
      expect(mayOn(roles, permission, 'help')).toBe(false);
    expect(mayOn(onlyTravel, 'refresh.read', 'travel')).toBe(false);
  });

  it('lets its assistant be known, and no other', () => {
    expect([knows(onlyTravel, 'travel'), knows(onlyTravel, 'help'), knows(onlyTravel, null)]).toEqual([true, false, false]);
    expect(knows(roles, 'any')).toBe(true);
  });

  it('bounds what a list shows', () => {
    expect(assistantsWhere(roles, 'profiles.read')).toBe('all');
    expect(assistantsWhere(roles, 'profiles.write')).toEqual(['travel', 'help']);
    expect(assistantsWhere(onlyTravel, 'audit.read')).toEqual(['travel']);
    expect(assistantsWhere(onlyTravel, 'queues.read')).toEqual([]);
  });

  it('is told by name, without what is allowed everywhere', () => {
    expect(permissionsOf(roles)).toEqual({
      all: ['assistants.read', 'profiles.read', 'runtime-keys.read', 'grants.read', 'refresh.read'],
      assistants: {
        travel: ['profiles.write', 'runtime-keys.write'],
        help: ['profiles.write', 'origins.approve', 'runtime-keys.write', 'grants.manage', 'audit.read'],
      },
    });
  });
});
