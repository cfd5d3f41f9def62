import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { describe, expect, it } from '@jest/globals';
import { refreshOutcome } from './refresh-outcome.js';

const asked = { tokenVersion: 3, lastFailureAt: '2026-01-01T00:00:00.000Z', at: 1_000 };
const grant = (change: Partial<GrantView>) =>
  ({ status: 'active', tokenVersion: 3, lastFailureAt: asked.lastFailureAt, ...change }) as GrantView;

describe('a refresh that was asked for', () => {
  it.each([
    ['under-way', {}, 2_000],
    ['refreshed', { tokenVersion: 4, lastFailureAt: null }, 2_000],
    ['failed', { lastFailureAt: '2026-01-01T00:00:05.000Z' }, 2_000],
    ['reconnect', { status: 'reconnect_required', lastFailureAt: '2026-01-01T00:00:05.000Z' }, 2_000],
    ['ended', { status: 'ended', tokenVersion: 4 }, 2_000],
    ['late', {}, 62_000],
  ] as const)('is %s where the grant says %j', (outcome, change, now) =>
    expect(refreshOutcome(asked, grant(change), now)).toBe(outcome),
  );
});
