import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Issued, type ProviderMode, TokenFamilies } from './token-families.js';

const redirectUri = 'http://127.0.0.1:4000/callback/1';
const consent = { subject: 'ada', email: 'ada@provider.test', scope: 'read', redirectUri, codeChallenge: null, nonce: null };
let clock: number;

function families(mode: ProviderMode): TokenFamilies {
  return new TokenFamilies({ mode, canary: 'canary', accessTokenSeconds: 60, graceSeconds: 30, now: () => clock });
}

function redeemed(all: TokenFamilies): Issued & { code: string } {
  const code = all.begin(consent);
  return { ...issued(all.redeem(code, redirectUri, undefined)), code };
}

function issued(answer: Issued | 'invalid_grant'): Issued {
  if (answer === 'invalid_grant') throw new Error('expected tokens, got invalid_grant');
  return answer;
}

beforeEach(() => {
  clock = 1_000_000;
});

describe.each(['strict', 'reuse-grace', 'constant'] as const)('a code, mode %s', (mode) => {
  it('gives tokens once and takes them back on its second use', () => {
    const all = families(mode);
    const first = redeemed(all);

    expect(all.redeem(first.code, redirectUri, undefined)).toBe('invalid_grant');

    expect(all.ownerOf(first.accessToken)).toBeNull();
    expect(all.isRefreshTokenAlive(first.refreshToken)).toBe(false);
    expect(all.refresh(first.refreshToken)).toBe('invalid_grant');
  });

  it('is refused with another redirect URI', () => {
    const all = families(mode);
    expect(all.redeem(all.begin(consent), `${redirectUri}/`, undefined)).toBe('invalid_grant');
  });

  it('is refused without the verifier of its challenge (RFC 7636 appendix B)', () => {
    const all = families(mode);
    const bound = { ...consent, codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' };
    expect(all.redeem(all.begin(bound), redirectUri, undefined)).toBe('invalid_grant');
    expect(all.redeem(all.begin(bound), redirectUri, 'wrong')).toBe('invalid_grant');
    expect(all.redeem(all.begin(bound), redirectUri, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toMatchObject({
      consent: bound,
    });
  });
});

describe('strict', () => {
  it('rotates, and revokes the whole family when a rotated token comes back', () => {
    const all = families('strict');
    const first = redeemed(all);
    const second = issued(all.refresh(first.refreshToken));
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect(all.isRefreshTokenAlive(first.refreshToken)).toBe(false);
    expect(all.newestRefreshToken(first.code)).toBe(second.refreshToken);

    expect(all.refresh(first.refreshToken)).toBe('invalid_grant');

    expect(all.isRefreshTokenAlive(second.refreshToken)).toBe(false);
    expect(all.ownerOf(second.accessToken)).toBeNull();
  });

  it('leaves other families alone', () => {
    const all = families('strict');
    const other = redeemed(all);
    const first = redeemed(all);
    all.refresh(first.refreshToken);
    all.refresh(first.refreshToken);
    expect(all.isRefreshTokenAlive(other.refreshToken)).toBe(true);
  });
});

describe('reuse-grace', () => {
  it('answers a rotated token with the same new pair for 30 seconds', () => {
    const all = families('reuse-grace');
    const first = redeemed(all);
    const second = all.refresh(first.refreshToken);
    clock += 29_999;
    expect(all.isRefreshTokenAlive(first.refreshToken)).toBe(true);
    expect(all.refresh(first.refreshToken)).toEqual(second);
  });

  it('revokes the family when a rotated token comes back later', () => {
    const all = families('reuse-grace');
    const first = redeemed(all);
    const second = issued(all.refresh(first.refreshToken));
    clock += 30_000;
    expect(all.refresh(first.refreshToken)).toBe('invalid_grant');
    expect(all.isRefreshTokenAlive(second.refreshToken)).toBe(false);
  });
});

describe('constant', () => {
  it('keeps the refresh token through every refresh', () => {
    const all = families('constant');
    const first = redeemed(all);
    const second = issued(all.refresh(first.refreshToken));
    const third = issued(all.refresh(second.refreshToken));
    expect(third.refreshToken).toBe(first.refreshToken);
    expect(new Set([first.accessToken, second.accessToken, third.accessToken]).size).toBe(3);
    expect(all.issuedRefreshTokens).toEqual([first.refreshToken]);
  });
});

describe('tokens', () => {
  it('carry the canary and end at their time', () => {
    const all = families('strict');
    const { accessToken, refreshToken, code } = redeemed(all);
    expect([accessToken, refreshToken, code].every((name) => name.startsWith('canary-'))).toBe(true);
    clock += 60_000;
    expect(all.ownerOf(accessToken)).toBeNull();
    expect(all.isRefreshTokenAlive(refreshToken)).toBe(true);
  });

  it('are revoked as a family by the refresh token, alone by the access token', () => {
    const all = families('strict');
    const { accessToken, refreshToken } = redeemed(all);
    all.revoke(accessToken);
    expect(all.ownerOf(accessToken)).toBeNull();
    const renewed = issued(all.refresh(refreshToken));
    all.revoke(renewed.refreshToken);
    expect(all.ownerOf(renewed.accessToken)).toBeNull();
    expect(all.refresh(renewed.refreshToken)).toBe('invalid_grant');
  });
});
