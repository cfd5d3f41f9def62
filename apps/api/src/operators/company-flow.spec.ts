import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CompanyFlows, companyFlowSeconds } from './company-flow.js';

describe('a sign-in at the company', () => {
  const key = randomBytes(32);
  let now = 1_000_000_000;
  const flows = new CompanyFlows([key], () => now);

  it('goes on in the browser that began it, with what it began with', () => {
    const { cookie, flow } = flows.begin();
    expect(flows.resume(cookie, flow.state)).toEqual(flow);
    expect(new Set([...Object.values(flow), cookie]).size).toBe(4);
    expect(flow.verifier).toMatch(/^[\w-]{43}$/);
  });

  it('goes on nowhere else', () => {
    const [mine, other] = [flows.begin(), flows.begin()];
    expect(flows.resume(other.cookie, mine.flow.state)).toBe('other-browser');
    expect(flows.resume(null, mine.flow.state)).toBe('other-browser');
    expect(flows.resume(mine.cookie, undefined)).toBe('other-browser');
    expect(flows.resume(mine.cookie, 'short')).toBe('other-browser');
  });

  it('has an end that the browser cannot move', () => {
    const { cookie, flow } = flows.begin();
    now += companyFlowSeconds * 1000;
    expect(flows.resume(cookie, flow.state)).toBe('expired');
    expect(flows.resume(cookie.replace(/^\d+/, '9999999999'), flow.state)).toBe('other-browser');
  });

  it('survives a rotation of the master key', () => {
    const { cookie, flow } = flows.begin();
    expect(new CompanyFlows([randomBytes(32), key], () => now).resume(cookie, flow.state)).toEqual(flow);
  });
});
