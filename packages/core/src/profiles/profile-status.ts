import type { ProfileStatus } from '@grantkeeper/contracts/profiles/http';

export type ProfileVerb = 'disable' | 'enable' | 'archive' | 'restore' | 'delete';

const transitions: Record<ProfileVerb, Partial<Record<ProfileStatus, ProfileStatus>>> = {
  disable: { active: 'disabled' },
  enable: { disabled: 'active' },
  archive: { active: 'archived', disabled: 'archived' },
  restore: { archived: 'disabled' }, // an author looks at it before it hands out again
  delete: { active: 'deleting', disabled: 'deleting', archived: 'deleting', deleting: 'deleting' },
};

/** The status that a verb leads to, or null where it is not allowed. Deleting twice is no mistake. */
export function nextProfileStatus(verb: ProfileVerb, status: ProfileStatus): ProfileStatus | null {
  return transitions[verb][status] ?? null;
}

/** A profile that is put away or on its way out keeps its last revision. */
export function mayRevise(status: ProfileStatus): boolean {
  return status === 'active' || status === 'disabled';
}
