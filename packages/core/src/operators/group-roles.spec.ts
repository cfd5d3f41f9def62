import { describe, expect, it } from '@jest/globals';
import { readGroupRoles, rolesOfGroups } from './group-roles.js';

const travel = '0f8f5a0e-3c1a-4f43-9d58-0d6e4f9a7b10';
const help = '1f8f5a0e-3c1a-4f43-9d58-0d6e4f9a7b10';

describe('roles by the company’s groups', () => {
  it('are read from one line, names with commas and equals signs too', () => {
    expect(readGroupRoles(`gk-admins=admin, cn=help%2Cdc=x=operator ,travel=author@${travel.toUpperCase()}`)).toEqual([
      { group: 'gk-admins', role: 'admin', assistantId: null },
      { group: 'cn=help,dc=x', role: 'operator', assistantId: null },
      { group: 'travel', role: 'author', assistantId: travel },
    ]);
  });

  it.each(['', 'admins', '=admin', 'a=root', 'a=admin@travel', `a=admin@${travel}@x`, 'a=admin,,b=viewer', '%E0%A4%A=admin'])(
    'are refused as %s, with the place of what is wrong',
    (text) => expect(() => readGroupRoles(text)).toThrow(/^entry \d+ must/),
  );

  const mapping = readGroupRoles(`ops=operator,admins=admin,t=author@${travel},t=admin@${travel},h=viewer@${help}`);
  it.each([
    [['admins', 'ops'], { role: 'operator', assistantRoles: [] }],
    [['admins', 'h'], { role: 'admin', assistantRoles: [{ assistantId: help, role: 'viewer' }] }],
    [['t'], { role: null, assistantRoles: [{ assistantId: travel, role: 'author' }] }],
    [['others', 'OPS'], null],
    [[], null],
  ])('of %j are the first that fit', (groups, roles) => expect(rolesOfGroups(mapping, groups)).toEqual(roles));
});
