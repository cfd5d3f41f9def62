import { describe, expect, it } from '@jest/globals';
import { auditFilterOf, readAuditSearch } from './audit-search.js';

describe('the filters of the audit log', () => {
  it('are read from an address, without what no filter can be', () => {
    const raw = { actor: 'worker', action: '', subject: 5, assistantId: 'x', from: '2026-13-01', to: '2026-12-01', other: 'y' };
    expect(readAuditSearch(raw)).toEqual({ actor: 'worker', to: '2026-12-01' });
  });

  it('take a last day as a whole, where the browser is', () => {
    const { from, to } = auditFilterOf({ from: '2026-12-01', to: '2026-12-01', action: 'profiles' });
    expect(new Date(from ?? '').getHours()).toBe(0);
    expect(Date.parse(to ?? '') - Date.parse(from ?? '')).toBe(86_400_000);
  });
});
