import { describe, expect, it } from '@jest/globals';
import { verifierMatches } from './verifier.js';

// RFC 7636 appendix B.
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

describe('a verifier', () => {
  it('matches its challenge', () => expect(verifierMatches(verifier, challenge)).toBe(true));
  it.each([
    ['another verifier', `${verifier}x`, challenge],
    ['the challenge itself', challenge, challenge],
    ['a plain challenge', verifier, verifier],
    ['an empty challenge', verifier, ''],
    ['a padded challenge', verifier, `${challenge}=`],
  ])('does not match with %s', (_what, given, expected) => expect(verifierMatches(given, expected)).toBe(false));
});
