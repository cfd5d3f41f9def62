import type { Diagnosis } from '@grantkeeper/contracts/test-runs/http';
import { subjectOf } from '../grants/subject.js';
import type { TokenSet } from '../grants/token-answer.js';
import { diagnosisOf } from './diagnose.js';

export interface TokenExpectation {
  clientId: string;
  issuer: string | null;
  authorizationUrl: string;
  /** The `scope` parameter that was sent. */
  scope: string;
}

export interface CheckedToken {
  /** Ends the run. */
  failure: Diagnosis | null;
  warnings: Diagnosis[];
  /** The provider's own name of whoever consented, where it tells. */
  subject: string | null;
}

/** How providers want to be asked for a refresh token, by the end of the host that people sign in at. */
const refreshTokenGates: readonly [RegExp, string][] = [
  [/(^|\.)google\.com$/, 'Google wants access_type=offline, and prompt=consent for each time but the first'],
  [/(^|\.)dropbox\.com$/, 'Dropbox wants token_access_type=offline'],
  [/(^|\.)reddit\.com$/, 'Reddit wants duration=permanent'],
  [/(^|\.)zoho\.\w+$/, 'Zoho wants access_type=offline'],
  [/(^|\.)(twitter|x)\.com$/, 'X wants the scope offline.access'],
  [/(^|\.)typeform\.com$/, 'Typeform wants the scope offline'],
  [
    /(^|\.)(microsoftonline\.com|atlassian\.com|okta\.com|auth0\.com|xero\.com|salesforce\.com)$/,
    'this provider wants the scope offline_access (Salesforce: refresh_token)',
  ],
];

/** Looks at a token set that is about to be thrown away: whose it is, how long it can be kept fresh, what it may do. */
export function checkToken(tokens: TokenSet, { clientId, issuer, authorizationUrl, scope }: TokenExpectation): CheckedToken {
  const subject = subjectOf(tokens.idToken, { clientId, issuer });
  if (subject.kind === 'mismatch') {
    const claim = subject.claim === 'iss' ? 'issuer' : 'audience';
    return { failure: diagnosisOf('issuer_mismatch', 'token', `the ID token’s ${claim}`), warnings: [], subject: null };
  }
  const warnings: Diagnosis[] = [];
  if (tokens.refreshToken === null)
    warnings.push(diagnosisOf('no_refresh_token', 'token', whyNoRefreshToken(authorizationUrl, scope)));
  const missing = missingScopes(scope, tokens.scope);
  if (missing.length > 0) warnings.push(diagnosisOf('scopes_missing', 'token', `missing: ${missing.join(' ').slice(0, 500)}`));
  return { failure: null, warnings, subject: subject.kind === 'known' ? subject.subject : null };
}

function whyNoRefreshToken(authorizationUrl: string, scope: string): string {
  const host = URL.canParse(authorizationUrl) ? new URL(authorizationUrl).hostname : '';
  const known = refreshTokenGates.find(([pattern]) => pattern.test(host))?.[1];
  if (known !== undefined) return known;
  return /\boffline/.test(scope)
    ? 'offline access was asked for: allow refresh tokens for the client at the provider'
    : 'neither a scope nor a parameter asked for offline access';
}

/** A provider that names no scope has granted what was asked for (RFC 6749 section 5.1). */
function missingScopes(asked: string, granted: string | null): string[] {
  if (granted === null) return [];
  const given = granted.split(/[\s,]+/);
  return [...new Set(asked.split(/[\s,]+/).filter(Boolean))].filter((one) => !given.includes(one));
}
