import { testRunStateSchema } from '@grantkeeper/contracts/test-runs/http';
import { describe, expect, it } from '@jest/globals';
import { isTestRunOver, statesBefore, testRunMayBecome } from './test-run-states.js';

const states = testRunStateSchema.options;
/** Rows: from. Columns, in the contract's order: preflight awaiting exchanging | succeeded failed interrupted expired. x may, . may not. */
const table: Record<string, string> = {
  preflight: '.x..xxx',
  awaiting_consent: '..x.x.x',
  exchanging: '...xxx.',
  succeeded: '.......',
  failed: '.......',
  interrupted: '.......',
  expired: '.......',
};
const pairs = states.flatMap((from) =>
  states.map((to, column) => [from, table[from]?.[column] === 'x' ? 'may' : 'may not', to] as const),
);

describe('a test run’s states', () => {
  it('are all in the table', () => expect(Object.keys(table)).toEqual([...states]));

  it.each(pairs)('%s %s become %s', (from, may, to) => expect(testRunMayBecome(from, to)).toBe(may === 'may'));

  it('end in success, failure, interruption or time', () =>
    expect(states.filter(isTestRunOver)).toEqual(['succeeded', 'failed', 'interrupted', 'expired']));

  it('are told backwards as they are forwards', () => {
    for (const to of states) expect(statesBefore(to)).toEqual(states.filter((from) => testRunMayBecome(from, to)));
  });

  it('never lead from a code that is being sent back to waiting for one', () =>
    expect(testRunMayBecome('exchanging', 'awaiting_consent')).toBe(false));
});
