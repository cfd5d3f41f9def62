import { mergeIntoQuery } from '@grantkeeper/core/authorizations/authorization-request';
import type { PinnedRequest } from '@grantkeeper/platform/authorizations/authorization.store';
import OAuth2Strategy from 'passport-oauth2';

type Done = (error: unknown, ...results: unknown[]) => void;
type Driven =
  | { kind: 'redirect'; url: string }
  | { kind: 'success' }
  | { kind: 'fail' }
  | { kind: 'error'; error: unknown }
  | { kind: 'pass' };

/** What the two legs of the browser's way leave to us. */
interface Legs {
  /** Answers the state that goes along. */
  store(codeVerifier: string | undefined): Promise<string>;
  handOver(code: string): Promise<void>;
}

/**
 * passport-oauth2 for one consent, without a session: the state is ours, PKCE its own, and the token call is replaced by handing the code over.
 * It trusts what it is given, so the callback is read, its state taken, the browser and the issuer checked and errors dealt with before it is driven.
 */
class ProfileStrategy extends OAuth2Strategy {
  constructor(
    pinned: PinnedRequest,
    private readonly extraParameters: readonly [string, string][],
    legs: Legs,
  ) {
    super(
      {
        authorizationURL: pinned.authorizationUrl.split('?', 1)[0] ?? '', // the query is merged in afterwards: passport would spell it anew
        tokenURL: pinned.tokenUrl,
        clientID: pinned.clientId,
        clientSecret: '-',
        callbackURL: pinned.redirectUri,
        scope: pinned.scope === '' ? undefined : pinned.scope,
        pkce: pinned.pkce === 'S256' ? 'S256' : undefined,
        state: true,
        store: stateStore(pinned, legs),
        skipUserProfile: true,
      } as OAuth2Strategy.StrategyOptions,
      (_receipt: string, _refreshToken: unknown, _profile: unknown, done: Done) => done(null, { handedOver: true }),
    );
    const client = this._oauth2 as unknown as { getOAuthAccessToken(code: string, parameters: unknown, done: Done): void };
    client.getOAuthAccessToken = (code, _parameters, done) =>
      void legs.handOver(code).then(() => done(null, 'handed-over', undefined, {}), done);
  }

  override authorizationParams(): object {
    return Object.fromEntries(this.extraParameters);
  }

  drive(query: Record<string, string>): Promise<Driven> {
    return new Promise((resolve) => {
      const driven = Object.create(this) as ProfileStrategy;
      driven.success = () => resolve({ kind: 'success' });
      driven.fail = () => resolve({ kind: 'fail' });
      driven.redirect = (url: string) => resolve({ kind: 'redirect', url });
      driven.error = (error: unknown) => resolve({ kind: 'error', error });
      driven.pass = () => resolve({ kind: 'pass' });
      driven.authenticate({ query } as never, {});
    });
  }
}

/** passport-oauth2 tells the methods' forms by their number of parameters: store 5, verify 4. A rejection must end in `done`. */
function stateStore(pinned: PinnedRequest, legs: Legs): object {
  return {
    store(_request: unknown, codeVerifier: string | undefined, _appState: unknown, _meta: unknown, done: Done): void {
      void legs.store(codeVerifier).then((state) => done(null, state), done);
    },
    /** The state was taken before; the verifier stays sealed for the worker, so there is only the redirect URI left to compare. */
    verify(_request: unknown, _state: unknown, meta: { callbackURL?: string }, done: Done): void {
      done(null, meta.callbackURL === pinned.redirectUri);
    },
  };
}

/**
 * The authorization request (RFC 6749 section 4.1.1) as a URL to send the browser to. `store` keeps the code verifier (RFC 7636) and answers the state.
 * The profile's own query survives byte for byte.
 */
export async function authorizationRedirect(
  pinned: PinnedRequest,
  extraParameters: readonly [string, string][],
  store: (codeVerifier: string | null) => Promise<string>,
): Promise<string> {
  const strategy = new ProfileStrategy(pinned, extraParameters, {
    store: (codeVerifier) => store(codeVerifier ?? null),
    handOver: () => Promise.reject(new Error('a consent that begins has no code')),
  });
  const driven = await strategy.drive({});
  if (driven.kind === 'redirect') return mergeIntoQuery(pinned.authorizationUrl, [...new URL(driven.url).searchParams]);
  throw driven.kind === 'error' ? driven.error : new Error(`the authorization request ended in ${driven.kind}`);
}

/** The callback's second half: what a token request would be elsewhere is `handOver` here. */
export async function acceptCode(
  pinned: PinnedRequest,
  answer: { code: string; state: string },
  handOver: (code: string) => Promise<void>,
): Promise<void> {
  const strategy = new ProfileStrategy(pinned, [], {
    store: () => Promise.reject(new Error('a callback makes no state')),
    handOver,
  });
  const driven = await strategy.drive({ code: answer.code, state: answer.state });
  if (driven.kind === 'success') return;
  throw driven.kind === 'error' ? driven.error : new Error(`the callback ended in ${driven.kind}`);
}
