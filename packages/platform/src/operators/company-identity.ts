import type { CompanySignInProblem } from '@grantkeeper/contracts/operators/http';
import type { Secret } from '@grantkeeper/core/kernel/secret';
import type { GroupRole } from '@grantkeeper/core/operators/group-roles';
import type { GuardedClient } from '@grantkeeper/outbound/guarded-client';
import { NoAnswer, NotSent, UnreadableAnswer } from '@grantkeeper/outbound/outbound-errors';
import * as oauth from 'oauth4webapi';
import { guardedFetch } from './guarded-fetch.js';

/** The company's own sign-in by OpenID Connect. */
export interface CompanySettings {
  issuer: string;
  clientId: string;
  clientSecret: Secret | null;
  scopes: string;
  groupsClaim: string;
  roles: readonly GroupRole[];
  /** Stands on the button. */
  name: string;
}

/** What one sign-in is bound to: known to us and to the browser that began it. */
export interface CompanyFlow {
  state: string;
  nonce: string;
  verifier: string;
}

/** Who somebody is at the company. */
export interface CompanyIdentity {
  issuer: string;
  subject: string;
  email: string | null;
  /** Null where the company does not say. */
  emailVerified: boolean | null;
  groups: string[];
}

/** A sign-in at the company that came to nothing; the cause is for the log. */
export class CompanySignInFailed extends Error {
  constructor(
    readonly problem: CompanySignInProblem,
    options?: { cause?: unknown },
  ) {
    super(`sign-in at the company: ${problem}`, options);
    this.name = 'CompanySignInFailed';
  }
}

interface Options {
  [oauth.customFetch]: ReturnType<typeof guardedFetch>;
  [oauth.allowInsecureRequests]: true;
}

const metadataMs = 600_000;
const clockSkewSeconds = 30;

/** OpenID Connect as a relying party: code flow with PKCE, state, nonce and `iss`; the ID token's signature is checked too. */
export class CompanyIdentityProvider {
  private metadata: { server: oauth.AuthorizationServer; until: number } | null = null;
  private readonly client: oauth.Client;

  constructor(
    private readonly settings: CompanySettings,
    private readonly redirectUri: string,
    private readonly outbound: GuardedClient,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.client = { client_id: settings.clientId, [oauth.clockTolerance]: clockSkewSeconds };
  }

  /** Where the browser goes to sign in. Throws CompanySignInFailed. */
  async authorizationUrl({ state, nonce, verifier }: CompanyFlow, correlationId: string): Promise<string> {
    const { authorization_endpoint: endpoint } = await this.explained(() => this.server(this.optionsFor(correlationId)));
    if (endpoint === undefined || !URL.canParse(endpoint)) throw new CompanySignInFailed('refused');
    const url = new URL(endpoint);
    const parameters = {
      response_type: 'code',
      client_id: this.settings.clientId,
      redirect_uri: this.redirectUri,
      scope: this.settings.scopes,
      state,
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  }

  /** Who came back. Throws CompanySignInFailed. */
  identify(callback: URLSearchParams, flow: CompanyFlow, correlationId: string): Promise<CompanyIdentity> {
    const options = this.optionsFor(correlationId);
    return this.explained(async () => {
      const server = await this.server(options);
      const checked = oauth.validateAuthResponse(server, this.client, callback, flow.state);
      const answer = await oauth.authorizationCodeGrantRequest(
        server,
        this.client,
        this.authentication(server),
        checked,
        this.redirectUri,
        flow.verifier,
        options,
      );
      const tokens = await oauth.processAuthorizationCodeResponse(server, this.client, answer, {
        expectedNonce: flow.nonce,
        requireIdToken: true,
      });
      await oauth.validateApplicationLevelSignature(server, answer, options);
      const claims = oauth.getValidatedIdTokenClaims(tokens) as oauth.IDToken;
      return this.identityOf(server.issuer, claims, await this.userInfo(server, claims, tokens.access_token, options));
    });
  }

  /** Many servers tell address and groups only at the userinfo endpoint. */
  private async userInfo(
    server: oauth.AuthorizationServer,
    claims: oauth.IDToken,
    accessToken: string,
    options: Options,
  ): Promise<Record<string, unknown>> {
    const isTold = claims.email !== undefined && claims[this.settings.groupsClaim] !== undefined;
    if (isTold || server.userinfo_endpoint === undefined) return {};
    const answer = await oauth.userInfoRequest(server, this.client, accessToken, options);
    return oauth.processUserInfoResponse(server, this.client, claims.sub, answer);
  }

  private identityOf(issuer: string, claims: oauth.IDToken, info: Record<string, unknown>): CompanyIdentity {
    const source = claims.email === undefined ? info : claims; // an address and whether it is verified come from one place
    const groups = claims[this.settings.groupsClaim] ?? info[this.settings.groupsClaim];
    return {
      issuer,
      subject: claims.sub,
      email: typeof source.email === 'string' ? source.email : null,
      emailVerified: typeof source.email_verified === 'boolean' ? source.email_verified : null,
      groups: (Array.isArray(groups) ? groups : [groups]).filter((group) => typeof group === 'string'),
    };
  }

  private authentication({ token_endpoint_auth_methods_supported: methods }: oauth.AuthorizationServer): oauth.ClientAuth {
    const secret = this.settings.clientSecret?.reveal();
    if (secret === undefined) return oauth.None();
    const postOnly = methods !== undefined && !methods.includes('client_secret_basic');
    return postOnly ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
  }

  private async server(options: Options): Promise<oauth.AuthorizationServer> {
    if (this.metadata !== null && this.metadata.until > this.now()) return this.metadata.server;
    const issuer = new URL(this.settings.issuer);
    const answer = await oauth.discoveryRequest(issuer, options);
    const server = await oauth.processDiscoveryResponse(issuer, answer);
    this.metadata = { server, until: this.now() + metadataMs };
    return server;
  }

  private optionsFor(correlationId: string): Options {
    return {
      [oauth.customFetch]: guardedFetch(this.outbound, { kind: 'operators.company-sign-in', correlationId, ids: {} }),
      [oauth.allowInsecureRequests]: true, // whether http may be used is the outbound policy's to say
    };
  }

  private async explained<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (cause) {
      if (cause instanceof CompanySignInFailed) throw cause;
      throw new CompanySignInFailed(problemOf(cause), { cause });
    }
  }
}

function problemOf(error: unknown): CompanySignInProblem {
  if (error instanceof NotSent || error instanceof NoAnswer || error instanceof UnreadableAnswer) return 'unreachable';
  return error instanceof oauth.AuthorizationResponseError && error.error === 'access_denied' ? 'cancelled' : 'refused';
}
