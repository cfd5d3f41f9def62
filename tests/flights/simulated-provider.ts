import type { SendOutcome } from '@grantkeeper/core/grants/answer-class';
import { type ProviderMode, TokenFamilies } from '../support/scripted-provider/token-families.js';

/**
 * What becomes of a request. `answered`: as the provider's rules say. `lost`: it never arrives, and nobody knows. `unheard`: it is acted on, and its answer is
 * lost. `unreadable`: the same, with an answer that nobody can read. `busy`: refused for now. `bare`: a 400 that says nothing more.
 */
export type Fate = 'answered' | 'lost' | 'unheard' | 'unreadable' | 'busy' | 'bare';

/** One request, as the provider and its sender know it. */
export interface Send {
  kind: 'exchange' | 'refresh';
  /** The code or refresh token. */
  secret: string;
  /** Whether it may be repeated freely: a constant refresh token. */
  mayRepeat: boolean;
  /** What the sender was told: a complete error other than a refusal lets the same token be sent again. */
  heard: 'tokens' | 'refused' | 'error' | 'nothing';
}

const lifetimeSeconds = 302;
const redirectUri = 'https://gk.example.com/callback/1';

/** An authorization server without a network: it judges codes and refresh tokens at once, and keeps every request. */
export class SimulatedProvider {
  readonly sends: Send[] = [];
  readonly families: TokenFamilies;

  constructor(
    readonly mode: ProviderMode,
    readonly reuseSeconds: number,
    now: () => number,
  ) {
    this.families = new TokenFamilies({
      mode,
      canary: 'simulated',
      accessTokenSeconds: lifetimeSeconds,
      graceSeconds: reuseSeconds,
      now,
    });
  }

  /** A code, as it comes with the callback. */
  consent(subject: string): string {
    const consent = { subject, email: `${subject}@example.com`, scope: 'a', redirectUri, codeChallenge: null, nonce: null };
    return this.families.begin(consent);
  }

  /** What a code gives; for tests that begin with a grant. */
  redeemed(code: string): { accessToken: string; refreshToken: string } {
    const issued = this.families.redeem(code, redirectUri, undefined);
    if (issued === 'invalid_grant') throw new Error('the provider refused its own code');
    return issued;
  }

  /** Sends a code or a refresh token; `keepsRefreshToken`: the answer to a good one has no refresh token in it. */
  send(kind: Send['kind'], secret: string, fate: Fate, mayRepeat: boolean, keepsRefreshToken = false): SendOutcome {
    const outcome = this.outcome(kind, secret, fate, keepsRefreshToken);
    this.sends.push({ kind, secret, mayRepeat: mayRepeat || this.mode === 'constant', heard: heardIn(outcome) });
    return outcome;
  }

  private outcome(kind: Send['kind'], secret: string, fate: Fate, keepsRefreshToken: boolean): SendOutcome {
    if (fate === 'lost') return { kind: 'no-answer', reason: 'timeout' };
    if (fate === 'busy') return { kind: 'answer', status: 503, answer: { kind: 'error', status: 503, error: '' } };
    if (fate === 'bare') return { kind: 'answer', status: 400, answer: { kind: 'error', status: 400, error: '' } };
    const issued = kind === 'exchange' ? this.families.redeem(secret, redirectUri, undefined) : this.families.refresh(secret);
    if (fate === 'unheard') return { kind: 'no-answer', reason: 'timeout' };
    if (fate === 'unreadable')
      return { kind: 'answer', status: 200, answer: { kind: 'unreadable', status: 200, why: 'not_json' } };
    if (issued === 'invalid_grant')
      return { kind: 'answer', status: 400, answer: { kind: 'error', status: 400, error: 'invalid_grant' } };
    const { accessToken: access_token, refreshToken: refresh_token } = issued;
    const json = { access_token, token_type: 'bearer', expires_in: lifetimeSeconds };
    const answer = { kind: 'tokens-json', json: keepsRefreshToken ? json : { ...json, refresh_token } } as const;
    return { kind: 'answer', status: 200, answer };
  }
}

function heardIn(outcome: SendOutcome): Send['heard'] {
  if (outcome.kind !== 'answer' || outcome.answer.kind === 'unreadable') return 'nothing';
  if (outcome.answer.kind === 'tokens-json') return 'tokens';
  return outcome.answer.error === 'invalid_grant' ? 'refused' : 'error';
}
