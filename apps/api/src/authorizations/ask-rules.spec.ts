import { ReturnUrlNotRegistered, VerifierRequired } from '@grantkeeper/core/authorizations/authorizations.errors';
import type { ProfileDefinition } from '@grantkeeper/core/profiles/profile';
import { describe, expect, it } from '@jest/globals';
import { askHash, checkAsk, type SignInAsk } from './ask-rules.js';

const profile = (identityCheck: 'code' | 'return' | 'confirm', returnUrls?: string[]) =>
  ({ identityCheck, advanced: { returnUrls } }) as unknown as ProfileDefinition;
const ask = { displayName: null, returnUrl: null, verifierChallenge: null, fields: {}, context: {} };
const hashKey = Buffer.from('key');
const verifierChallenge = 'c'.repeat(43);
const [one, two] = ['https://bot.test/back', 'https://bot.test/other?x=1'] as const;

describe('how the person is checked', () => {
  it('is the profile’s way, and the return when the ask brings a challenge', () => {
    expect(checkAsk(ask, profile('code')).identityCheck).toBe('code');
    expect(checkAsk({ ...ask, verifierChallenge }, profile('confirm', [one]))).toEqual({
      identityCheck: 'return',
      returnUrl: one,
    });
  });

  it('refuses the return without a challenge', () => {
    expect(() => checkAsk(ask, profile('return', [one]))).toThrow(VerifierRequired);
  });

  it('refuses a challenge where there is nowhere to return to', () => {
    expect(() => checkAsk({ ...ask, verifierChallenge }, profile('code'))).toThrow(ReturnUrlNotRegistered);
    expect(() => checkAsk({ ...ask, verifierChallenge }, profile('code', [one, two]))).toThrow(ReturnUrlNotRegistered);
  });

  it.each([
    'https://bot.test/back/',
    'https://bot.test/BACK',
    'https://bot.test:443/back',
    'https://bot.test/back?a=1',
    '//bot.test/back',
    'https://bot.test@evil.test/back',
    'https:evil.test',
    '\\evil.test',
    'https://bot.test/back\r\nx: y',
  ])('goes to registered URLs only, by exact string: not to %j', (returnUrl) => {
    expect(() => checkAsk({ ...ask, returnUrl }, profile('code', [one, two]))).toThrow(ReturnUrlNotRegistered);
  });

  it('goes to the one that is named', () => {
    expect(checkAsk({ ...ask, returnUrl: two }, profile('code', [one, two])).returnUrl).toBe(two);
  });
});

describe('the same ask', () => {
  it('is one with the same name, return URL, challenge, fields and context, in any order', () => {
    const full = {
      displayName: 'Ada',
      returnUrl: one,
      verifierChallenge,
      fields: { a: '1', b: '2' },
      context: { c: { d: 1, e: 2 } },
    };
    const reordered = { fields: { b: '2', a: '1' }, context: { c: { e: 2, d: 1 } } };
    expect(askHash({ ...full, ...reordered }, hashKey)).toEqual(askHash(full, hashKey));
    const others: Partial<SignInAsk>[] = [
      { displayName: null },
      { returnUrl: two },
      { verifierChallenge: 'd'.repeat(43) },
      { fields: { a: '1', b: '3' } },
      { fields: { a: '1' } },
      { context: { c: { d: 1 } } },
    ];
    for (const other of others) expect(askHash({ ...full, ...other }, hashKey)).not.toEqual(askHash(full, hashKey));
  });

  it('hides a field that could be guessed', () => {
    const pin = { ...ask, fields: { pin: '1234' } };
    expect(askHash(pin, hashKey)).not.toEqual(askHash(pin, Buffer.from('other')));
  });
});
