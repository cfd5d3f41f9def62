import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Secret } from './secret.js';

const canary = 'canary-5f1c';

describe('a secret', () => {
  const secret = new Secret(canary);

  it('is told only when asked for by name', () => expect(secret.reveal()).toBe(canary));

  it.each([
    ['text', () => `${secret}`],
    ['concatenation', () => `a${String(secret)}`],
    ['JSON', () => JSON.stringify({ secret })],
    ['inspection', () => inspect({ secret }, { depth: 9, showHidden: true })],
    ['its members', () => JSON.stringify([Object.entries(secret), { ...secret }])],
    ['an error text', () => new Error(`failed with ${secret}`).stack ?? ''],
  ])('does not show in %s', (_where, print) => expect(print()).not.toContain(canary));
});
