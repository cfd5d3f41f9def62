import { createHash, randomBytes, randomUUID } from 'node:crypto';

/** How the provider treats refresh tokens: rotated and strict, rotated with a grace, or never changed. */
export type ProviderMode = 'strict' | 'reuse-grace' | 'constant';

export interface Consent {
  subject: string;
  email: string;
  scope: string;
  redirectUri: string;
  codeChallenge: string | null;
  nonce: string | null;
  /** The authorization request's parameters. */
  asked?: Readonly<Record<string, string>>;
}

export interface TokenPair {
  accessToken: string;
  refreshToken: string;
}

export interface Issued extends TokenPair {
  consent: Consent;
}

interface Family {
  id: string;
  consent: Consent;
  refreshTokens: string[];
  revoked: boolean;
}

interface RefreshToken {
  family: Family;
  rotatedAt: number | null;
  successor: TokenPair | null;
}

export interface FamilyRules {
  mode: ProviderMode;
  canary: string;
  accessTokenSeconds: number;
  graceSeconds: number;
  now: () => number;
}

/** Codes and tokens of one authorization server: every token descends from one consent, its family. */
export class TokenFamilies {
  readonly issuedCodes: string[] = [];
  readonly issuedAccessTokens: string[] = [];
  readonly issuedRefreshTokens: string[] = [];
  private readonly codes = new Map<string, { family: Family; used: boolean }>();
  private readonly accessTokens = new Map<string, { family: Family; expiresAt: number; revoked: boolean }>();
  private readonly refreshTokens = new Map<string, RefreshToken>();

  constructor(private readonly rules: FamilyRules) {}

  /** Begins a family: one consent, one code. */
  begin(consent: Consent): string {
    const code = this.newName('code');
    this.issuedCodes.push(code);
    this.codes.set(code, { family: { id: randomUUID(), consent, refreshTokens: [], revoked: false }, used: false });
    return code;
  }

  /** RFC 6749 section 4.1.3 and RFC 7636 section 4.6; a second use revokes all that came of the first (section 4.1.2). */
  redeem(code: string, redirectUri: string | undefined, verifier: string | undefined): Issued | 'invalid_grant' {
    const known = this.codes.get(code);
    if (!known) return 'invalid_grant';
    if (known.used) {
      known.family.revoked = true;
      return 'invalid_grant';
    }
    const { consent } = known.family;
    if (redirectUri !== consent.redirectUri) return 'invalid_grant';
    if (consent.codeChallenge !== null && s256(verifier ?? '') !== consent.codeChallenge) return 'invalid_grant';
    known.used = true;
    return { ...this.issue(known.family), consent };
  }

  /** RFC 6749 section 6, with rotation as the mode says. */
  refresh(token: string): Issued | 'invalid_grant' {
    const known = this.refreshTokens.get(token);
    if (!known || known.family.revoked) return 'invalid_grant';
    const { family } = known;
    if (this.rules.mode === 'constant') return { ...this.issue(family, token), consent: family.consent };
    if (known.rotatedAt === null || known.successor === null) {
      known.rotatedAt = this.rules.now();
      known.successor = this.issue(family);
      return { ...known.successor, consent: family.consent };
    }
    const graceEnds = known.rotatedAt + this.rules.graceSeconds * 1000;
    if (this.rules.mode === 'reuse-grace' && this.rules.now() < graceEnds) return { ...known.successor, consent: family.consent };
    family.revoked = true;
    return 'invalid_grant';
  }

  /** RFC 7009 section 2.1: a refresh token takes its whole family along, an access token only itself. */
  revoke(token: string): void {
    const refreshToken = this.refreshTokens.get(token);
    if (refreshToken) refreshToken.family.revoked = true;
    const accessToken = this.accessTokens.get(token);
    if (accessToken) accessToken.revoked = true;
  }

  /** Whose access token this is; null when it is unknown, expired or revoked. */
  ownerOf(accessToken: string): Consent | null {
    const known = this.accessTokens.get(accessToken);
    if (!known || known.revoked || known.family.revoked || known.expiresAt <= this.rules.now()) return null;
    return known.family.consent;
  }

  /** Whether a refresh with this token would be answered well, now. */
  isRefreshTokenAlive(token: string): boolean {
    const known = this.refreshTokens.get(token);
    if (!known || known.family.revoked) return false;
    if (known.rotatedAt === null) return true;
    return this.rules.mode === 'reuse-grace' && this.rules.now() < known.rotatedAt + this.rules.graceSeconds * 1000;
  }

  /** The last refresh token of the family that this code or token belongs to. */
  newestRefreshToken(member: string): string | null {
    const family = (this.codes.get(member) ?? this.refreshTokens.get(member) ?? this.accessTokens.get(member))?.family;
    return family?.refreshTokens.at(-1) ?? null;
  }

  private issue(family: Family, keptRefreshToken?: string): TokenPair {
    const accessToken = this.newName('at');
    this.issuedAccessTokens.push(accessToken);
    this.accessTokens.set(accessToken, {
      family,
      expiresAt: this.rules.now() + this.rules.accessTokenSeconds * 1000,
      revoked: false,
    });
    if (keptRefreshToken !== undefined) return { accessToken, refreshToken: keptRefreshToken };
    const refreshToken = this.newName('rt');
    this.issuedRefreshTokens.push(refreshToken);
    this.refreshTokens.set(refreshToken, { family, rotatedAt: null, successor: null });
    family.refreshTokens.push(refreshToken);
    return { accessToken, refreshToken };
  }

  private newName(kind: 'code' | 'at' | 'rt'): string {
    return `${this.rules.canary}-${kind}-${randomBytes(24).toString('base64url')}`;
  }
}

function s256(verifier: string): string {
  return createHash('sha256').update(verifier).digest('base64url');
}
