import { endReasonSchema, type GrantStatus, reconnectReasonSchema } from '@grantkeeper/contracts/grants/http';
import { describe, expect, it } from '@jest/globals';
import { grantMayBecome } from './grant-states.js';

const statuses: GrantStatus[] = ['held', 'active', 'reconnect_required', 'ended'];
const reconnect = reconnectReasonSchema.options;
const reasons = [null, ...reconnect, ...endReasonSchema.options];
const allowed: Record<string, readonly (string | null)[]> = {
  'held active': [null],
  'held ended': ['not_confirmed', 'signed_out', 'profile_deleted'],
  'active active': [null],
  'active reconnect_required': reconnect,
  'active ended': ['signed_out', 'profile_deleted'],
  'reconnect_required active': [null],
  'reconnect_required reconnect_required': reconnect,
  'reconnect_required ended': ['signed_out', 'profile_deleted'],
};
const cells = statuses.flatMap((from) => statuses.flatMap((to) => reasons.map((reason) => [from, to, reason] as const)));

describe('a grant’s states', () => {
  it.each(cells)('%s to %s for %s as the table says', (from, to, reason) =>
    expect(grantMayBecome(from, to, reason)).toBe(allowed[`${from} ${to}`]?.includes(reason) ?? false),
  );

  it('never lead back from the end', () =>
    expect(statuses.some((to) => reasons.some((reason) => grantMayBecome('ended', to, reason)))).toBe(false));
});
