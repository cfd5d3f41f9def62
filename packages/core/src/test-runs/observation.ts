import type { TestStepName } from '@grantkeeper/contracts/test-runs/http';

/** What one request of a test run led to, as far as a diagnosis needs it. Words and hosts, never a token. */
export type Reading =
  | { kind: 'not-sent'; reason: string; code: string }
  | { kind: 'no-answer'; reason: string }
  | { kind: 'unreadable'; reason: string; status: number | null }
  | AnswerReading;

export interface AnswerReading {
  kind: 'answer';
  status: number;
  body: BodyKind;
  /** The OAuth error (RFC 6749 sections 4.1.2.1 and 5.2), wherever and under whatever status it stood; empty where there is none. */
  error: string;
  /** What the provider says about it, for hints alone: it is never shown as ours. */
  description: string;
  /** Whether there is an access token. */
  tokens: boolean;
}

export type BodyKind = 'json' | 'form' | 'html' | 'text' | 'empty';

/** One request's reading, and where it belongs. */
export interface Observation {
  step: TestStepName;
  /** The host that was asked. */
  host: string;
  reading: Reading;
}

/** What else is known when a reading is judged. */
export interface TestFacts {
  /** How the client shows who it is. */
  method: string;
  pkce: 'S256' | 'off';
  /** The authorization endpoint has taken the client and asked a person in. */
  clientLetIn: boolean;
  /** The token endpoint refuses the client. */
  clientRefused: boolean;
  /** Another way of authenticating the same client, which the token endpoint has taken. */
  methodThatWorks: string | null;
  /** What discovery tells of this step's URL, where that is another than the profile's. */
  discoveredUrl: string | null;
}

/** What kind of thing a body is, whatever its content type claims. */
export function bodyKindOf(body: string): BodyKind {
  const text = body.replace(/^\uFEFF/, '').trim();
  if (text === '') return 'empty';
  if (/^[{[]/.test(text)) return isJson(text) ? 'json' : 'text';
  if (/^<|<(?:!doctype|html|head|body|form)\b/i.test(text.slice(0, 2000))) return 'html';
  return /^[\w.~-]+=[^\s<>{}"]*$/.test(text) ? 'form' : 'text';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
