import { profileStatusSchema } from '@grantkeeper/contracts/profiles/http';
import { describe, expect, it } from '@jest/globals';
import { mayRevise, nextProfileStatus, type ProfileVerb } from './profile-status.js';

const allowed: Record<string, string> = {
  'disable active': 'disabled',
  'enable disabled': 'active',
  'archive active': 'archived',
  'archive disabled': 'archived',
  'restore archived': 'disabled',
  'delete active': 'deleting',
  'delete disabled': 'deleting',
  'delete archived': 'deleting',
  'delete deleting': 'deleting',
};
const verbs: ProfileVerb[] = ['disable', 'enable', 'archive', 'restore', 'delete'];
const pairs = verbs.flatMap((verb) => profileStatusSchema.options.map((status) => [verb, status] as const));

describe('a profile’s status', () => {
  it.each(pairs)('%s on %s leads where the table says, or nowhere', (verb, status) =>
    expect(nextProfileStatus(verb, status)).toBe(allowed[`${verb} ${status}`] ?? null),
  );

  it('lets only active and disabled profiles be revised', () =>
    expect(profileStatusSchema.options.filter(mayRevise)).toEqual(['active', 'disabled']));
});
