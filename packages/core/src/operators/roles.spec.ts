import { describe, expect, it } from '@jest/globals';
import { mayDo, type Permission } from './roles.js';

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
