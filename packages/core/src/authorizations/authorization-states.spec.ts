import { authorizationStateSchema } from '@grantkeeper/contracts/authorizations/http';
import { describe, expect, it } from '@jest/globals';
import { isOver, mayBecome } from './authorization-states.js';

const states = authorizationStateSchema.options;
/** Rows: from. Columns, in the contract's order: wa co cr av ex cf | cs fa de ex ab wp ou te. x may, . may not. */
const table: Record<string, string> = {
  waiting: '.x.......xx...',
  consenting: '.xxx...xxxx..x',
  code_received: '....x..x.xx...',
  awaiting_verifier: '..x....x.xxx..',
  exchanging: '..x..xxx..x.x.',
  confirming: '......xx.xxx..',
  consented: '..............',
  failed: '..............',
  denied: '..............',
  expired: '..............',
  abandoned: '..............',
  wrong_person: '..............',
  outcome_unknown: '.....xxx......',
  tested: '..............',
};
const pairs = states.flatMap((from) =>
  states.map((to, column) => [from, table[from]?.[column] === 'x' ? 'may' : 'may not', to] as const),
);

describe('an authorization’s states', () => {
  it('are all in the table', () => expect(Object.keys(table)).toEqual([...states]));

  it.each(pairs)('%s %s become %s', (from, may, to) => expect(mayBecome(from, to)).toBe(may === 'may'));

  it('end in consent, denial, failure, time, replacement, the wrong person or not knowing', () =>
    expect(states.filter(isOver)).toEqual([
      'consented',
      'failed',
      'denied',
      'expired',
      'abandoned',
      'wrong_person',
      'outcome_unknown',
      'tested',
    ]));

  it('never lead a code whose outcome is unknown back to sending', () => {
    expect(mayBecome('outcome_unknown', 'exchanging')).toBe(false);
    expect(mayBecome('outcome_unknown', 'code_received')).toBe(false);
  });

  it.each(states.filter((state) => state !== 'outcome_unknown' && isOver(state)))('%s is the last', (state) =>
    expect(states.filter((to) => mayBecome(state, to))).toEqual([]),
  );

  it('can all be reached from the link', () => {
    const reached = new Set<string>(['waiting']);
    for (let grown = true; grown; ) {
      const next = states.filter((to) => !reached.has(to) && states.some((from) => reached.has(from) && mayBecome(from, to)));
      for (const state of next) reached.add(state);
      grown = next.length > 0;
    }
    expect(reached.size).toBe(states.length);
  });
});
