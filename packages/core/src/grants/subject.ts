export type Subject =
  | { kind: 'none' }
  | { kind: 'known'; subject: string; account: string | null }
  | { kind: 'mismatch'; claim: 'iss' | 'aud' };

const none: Subject = { kind: 'none' };
const longestSubject = 1024;

/**
 * Whose consent it is, by the ID token that came with the tokens. Its signature need not be checked: it came straight from
 * the token endpoint over TLS (OpenID Connect Core section 3.1.3.7, rule 6). One that can't be read tells nothing.
 */
export function subjectOf(idToken: string | null, expect: { clientId: string; issuer: string | null }): Subject {
  const claims = idToken === null ? null : payloadOf(idToken);
  if (claims === null) return none;
  const { iss, aud, sub } = claims;
  if (typeof sub !== 'string' || sub === '' || !isKeepable(sub)) return none;
  if (expect.issuer !== null && iss !== expect.issuer) return { kind: 'mismatch', claim: 'iss' };
  if (aud !== undefined && aud !== expect.clientId && !(Array.isArray(aud) && aud.includes(expect.clientId))) {
    return { kind: 'mismatch', claim: 'aud' };
  }
  if (typeof iss === 'string' && !isKeepable(iss)) return none;
  const subject = typeof iss === 'string' && iss !== '' ? `${iss}|${sub}` : sub;
  return { kind: 'known', subject, account: label(claims.email) ?? label(claims.preferred_username) };
}

function payloadOf(idToken: string): Record<string, unknown> | null {
  const parts = idToken.split('.');
  if (parts.length !== 3) return null;
  try {
    const payload: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString('utf8'));
    return typeof payload === 'object' && payload !== null && !Array.isArray(payload)
      ? (payload as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** PostgreSQL takes neither NUL nor broken Unicode: such a subject would keep its tokens from ever being stored. */
const isKeepable = (text: string): boolean => text.length <= longestSubject && !/\p{Cc}|\p{Cs}/u.test(text);

/** One line that a page can show. */
function label(value: unknown): string | null {
  return typeof value === 'string' && /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]{1,320}$/u.test(value) ? value : null;
}
