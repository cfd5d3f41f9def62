import type { Permission } from '@grantkeeper/contracts/operators/permissions';
import type { Furnished } from './furnished-admin.js';

/** What can be done in the admin: where, by which button, with which permission, and the call that it makes. */
export interface AdminAction {
  at: RegExp;
  name: RegExp;
  permission: Permission;
  call: (furnished: Furnished) => { method: string; path: string; data?: object };
}

const profilePage = /^\/profiles\//;
const grantPage = /^\/grants\//;
const ofProfile = (verb: string) => (all: Furnished) => ({ method: 'POST', path: `/v1/profiles/${all.profile.id}/${verb}` });
const ofGrant = (verb: string) => (all: Furnished) => ({ method: 'POST', path: `/v1/grants/${all.grantId}/${verb}` });
const aNewProfile = ({ assistant }: Furnished) => ({
  method: 'POST',
  path: `/v1/assistants/${assistant.id}/profiles`,
  data: { type: 'oauth2', name: 'By hand' },
});

const ofAssistants: readonly AdminAction[] = [
  {
    at: /^\/assistants$/,
    name: /^New assistant$/,
    permission: 'assistants.write',
    call: () => ({ method: 'POST', path: '/v1/assistants', data: { name: 'By hand' } }),
  },
  {
    at: /^\/assistants$/,
    name: /^(Actions for|Rename$)/,
    permission: 'assistants.write',
    call: ({ assistant }) => ({ method: 'PATCH', path: `/v1/assistants/${assistant.id}`, data: { name: 'By hand' } }),
  },
  {
    at: /^\/assistants$/,
    name: /^Delete$/,
    permission: 'assistants.write',
    call: ({ assistant }) => ({ method: 'DELETE', path: `/v1/assistants/${assistant.id}` }),
  },
  {
    at: /runtime-keys$/,
    name: /^New runtime key$/,
    permission: 'runtime-keys.write',
    call: ({ assistant }) => ({
      method: 'POST',
      path: `/v1/assistants/${assistant.id}/runtime-keys`,
      data: { name: 'By hand' },
    }),
  },
  {
    at: /runtime-keys$/,
    name: /^Revoke/,
    permission: 'runtime-keys.write',
    call: ({ runtimeKeyId }) => ({ method: 'DELETE', path: `/v1/runtime-keys/${runtimeKeyId}` }),
  },
];

const ofProfiles: readonly AdminAction[] = [
  { at: /\/profiles$/, name: /^New Authorization Mechanism$/, permission: 'profiles.write', call: aNewProfile },
  { at: /\/profiles\/new$/, name: /^(Continue|Import YAML)$/, permission: 'profiles.write', call: aNewProfile },
  {
    at: profilePage,
    name: /^(Save|Add .*|Replace|Remove|Edit)/,
    permission: 'profiles.write',
    call: ({ profile }) => ({ method: 'PATCH', path: `/v1/profiles/${profile.id}`, data: { name: 'By hand' } }),
  },
  { at: profilePage, name: /^Test$/, permission: 'profiles.write', call: ofProfile('test-runs') },
  { at: profilePage, name: /^Disable$/, permission: 'profiles.write', call: ofProfile('disable') },
  { at: profilePage, name: /^Archive$/, permission: 'profiles.write', call: ofProfile('archive') },
  {
    at: profilePage,
    name: /^Delete$/,
    permission: 'profiles.write',
    call: ({ profile }) => ({ method: 'DELETE', path: `/v1/profiles/${profile.id}` }),
  },
  { at: profilePage, name: /^Approve new origins$/, permission: 'origins.approve', call: ofProfile('approve-origins') },
  {
    at: /^\/profiles\/[^/]+ Revisions$/,
    name: /^Restore/,
    permission: 'profiles.write',
    call: ({ profile }) => ({ method: 'PATCH', path: `/v1/profiles/${profile.id}`, data: { name: 'By hand' } }),
  },
];

const ofGrants: readonly AdminAction[] = [
  { at: grantPage, name: /^Refresh now$/, permission: 'grants.manage', call: ofGrant('refresh') },
  { at: grantPage, name: /^Allow another account$/, permission: 'grants.manage', call: ofGrant('allow-other-account') },
  {
    at: grantPage,
    name: /^Sign out$/,
    permission: 'grants.manage',
    call: ({ grantId }) => ({ method: 'DELETE', path: `/v1/grants/${grantId}` }),
  },
];

const ofQueues: readonly AdminAction[] = [
  {
    at: /^\/queues$/,
    name: /^Pause/,
    permission: 'queues.manage',
    call: () => ({ method: 'POST', path: '/v1/queues/refresh-now/pause' }),
  },
];

export const actionsOfTheAdmin: readonly AdminAction[] = [...ofAssistants, ...ofProfiles, ...ofGrants, ...ofQueues];

/** Pages that are not everybody's: what must be allowed to read them. */
export function readPermissionOf(page: string): Permission | null {
  const places: readonly [RegExp, Permission][] = [
    [/^\/audit/, 'audit.read'],
    [/^\/operators/, 'operators.read'],
    [/^\/queues/, 'queues.read'],
    [/^\/system/, 'system.read'],
  ];
  return places.find(([at]) => at.test(page))?.[1] ?? null;
}
