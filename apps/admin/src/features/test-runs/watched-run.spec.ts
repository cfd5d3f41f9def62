import { describe, expect, it } from '@jest/globals';
import { afterEvent, isOver, notBegun } from './watched-run.js';

const step = (name: string, result: string) => JSON.stringify({ name, result, diagnosis: null, ms: null });

describe('a run as its events tell it', () => {
  it('has its steps in their order, each as it was told last', () => {
    const run = [step('client', 'running'), step('authorization', 'passed'), step('client', 'failed')].reduce(
      (before, data) => afterEvent(before, 'step', data),
      notBegun,
    );
    expect(run.steps.map(({ name, result }) => `${name} ${result}`)).toEqual(['authorization passed', 'client failed']);
  });

  it('moves on with its state', () => {
    const told = JSON.stringify({ state: 'awaiting_consent', signInUrl: 'https://x.example', diagnosis: null, warnings: [] });
    expect(afterEvent(notBegun, 'state', told).state).toMatchObject({
      state: 'awaiting_consent',
      signInUrl: 'https://x.example',
    });
  });

  it.each(['{', '{"name":"lunch"}', 'null'])('is not changed by what is no event: %s', (data) => {
    expect(afterEvent(notBegun, 'step', data)).toEqual(notBegun);
    expect(afterEvent(notBegun, 'state', data)).toEqual(notBegun);
  });

  it('is over in every state that leads nowhere', () => {
    expect((['succeeded', 'failed', 'interrupted', 'expired'] as const).every(isOver)).toBe(true);
    expect((['preflight', 'awaiting_consent', 'exchanging'] as const).some(isOver)).toBe(false);
  });
});
