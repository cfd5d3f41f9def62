import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { reached } from './steps.js';

describe('the steps of a flight', () => {
  it('are told to whoever watches, in the moment they are reached, and to nobody else', () => {
    const seen: unknown[] = [];
    const watch = (message: unknown): void => void seen.push(message);
    reached('refresh.before-mark', 'early');
    subscribe('grantkeeper:step', watch);
    reached('refresh.after-mark', 'one');
    expect(seen).toEqual([{ step: 'refresh.after-mark', id: 'one' }]);
    unsubscribe('grantkeeper:step', watch);
    reached('refresh.after-settle', 'late');
    expect(seen).toHaveLength(1);
  });
});
