import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { AnswerScript } from './answer-script.js';
import {
  type AuthorizationRules,
  callbackUrl,
  type Decision,
  decide,
  type PkceRule,
  refusalBeforeSignIn,
  UnusableAuthorizationRequest,
} from './authorization-endpoint.js';
import { type ClientAuthentication, clientFault } from './client-authentication.js';
import { discoveryDocument } from './discovery-document.js';
import { LoadWatch } from './load-watch.js';
import { LoopbackListener } from './loopback-listener.js';
import { consentPage, formPostPage } from './pages.js';
import { type PlainAnswer, writePlain } from './plain-answer.js';
import { authorizationRefusals, type Dialect, tokenRefusals } from './refusals.js';
import { type LoggedRequest, logAndRead } from './request-log.js';
import type { ScriptedAnswer } from './scripted-answer.js';
import { answerTokenRequest } from './token-endpoint.js';
import { type ProviderMode, TokenFamilies } from './token-families.js';

export interface ScriptedProviderOptions {
  mode: ProviderMode;
  accessTokenSeconds?: number;
  graceSeconds?: number;
  latencyMs?: number;
  /** Prefix of the client secret and of every code and token, so that a leak can be searched for. */
  canary?: string;
  clientId?: string;
  clientSecret?: string;
  clientAuthentication?: readonly ClientAuthentication[];
  redirectUris?: string[];
  /** RFC 9207: whether `iss` is sent, and announced in the discovery document. */
  sendsIss?: boolean;
  /** Whether a refresh answer repeats an unchanged refresh token (mode `constant`). */
  repeatsRefreshToken?: boolean;
  /** Scopes that may be asked for; any by default. */
  scopes?: readonly string[];
  pkce?: PkceRule;
  /** What a refresh token is given for: a scope, or a parameter as `access_type=offline`; always by default. */
  refreshTokenNeeds?: string;
  /** Whose words refusals are in. */
  dialect?: Dialect;
  now?: () => number;
}

/** An authorization server on loopback that answers as told and keeps every request. */
export class ScriptedProvider {
  readonly requests: LoggedRequest[] = [];
  readonly clientId: string;
  /** The one that is accepted; another from then on when it is set. */
  clientSecret: string;
  /** Replaces or adds claims of the ID tokens to come. */
  readonly idTokenClaims: Record<string, unknown> = {};
  readonly families: TokenFamilies;
  /** Of the token endpoint. */
  readonly load = new LoadWatch();
  private readonly tokenScript = new AnswerScript();
  private readonly revocationScript = new AnswerScript();
  private readonly pageScripts = new Map<string, AnswerScript>();

  constructor(
    private readonly options: ScriptedProviderOptions,
    private readonly listener: LoopbackListener,
  ) {
    const canary = options.canary ?? 'scripted';
    this.clientId = options.clientId ?? 'scripted-client';
    this.clientSecret = options.clientSecret ?? `${canary}-secret-${randomBytes(18).toString('base64url')}`;
    this.families = new TokenFamilies({
      mode: options.mode,
      canary,
      accessTokenSeconds: this.accessTokenSeconds,
      graceSeconds: options.graceSeconds ?? 30,
      now: options.now ?? Date.now,
    });
    this.tokenScript.latencyMs = options.latencyMs ?? 0;
  }

  get port(): number {
    return this.listener.port;
  }
  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }
  get authorizationUrl(): string {
    return `${this.origin}/authorize`;
  }
  get tokenUrl(): string {
    return `${this.origin}/token`;
  }
  get revocationUrl(): string {
    return `${this.origin}/revoke`;
  }
  get userinfoUrl(): string {
    return `${this.origin}/userinfo`;
  }
  get discoveryUrl(): string {
    return `${this.origin}/.well-known/openid-configuration`;
  }
  /** Whether each refresh gives another refresh token. */
  get rotates(): boolean {
    return this.options.mode !== 'constant';
  }
  get issuedRefreshTokens(): readonly string[] {
    return this.families.issuedRefreshTokens;
  }
  get revocations(): LoggedRequest[] {
    return this.requests.filter(({ path, method }) => path === '/revoke' && method === 'POST');
  }

  /** The token requests that arrived, all of them or those of one code, refresh token or grant type. */
  tokenRequests(wanted: Partial<Pick<LoggedRequest, 'code' | 'refreshToken' | 'grantType'>> = {}): LoggedRequest[] {
    const all = this.requests.filter(({ path, method }) => path === '/token' && method === 'POST');
    return all.filter((request) =>
      Object.entries(wanted).every(([name, value]) => request[name as keyof typeof wanted] === value),
    );
  }

  /** Scripts the next token answers; with a grant type, those to requests of that type. */
  answerNextToken(answer: ScriptedAnswer, times = 1, grantType?: 'authorization_code' | 'refresh_token'): void {
    this.tokenScript.tell(answer, times, grantType);
  }

  /** Forgets what is still scripted for the token endpoint. */
  forgetTokenScript(): void {
    this.tokenScript.forget();
  }

  /** Scripts the next answers of the revocation endpoint. */
  answerNextRevocation(answer: ScriptedAnswer, times = 1): void {
    this.revocationScript.tell(answer, times);
  }

  /** Scripts the next answers to GET at a path, as `/authorize`. */
  answerNextGet(path: string, answer: ScriptedAnswer, times = 1): void {
    const script = this.pageScripts.get(path) ?? new AnswerScript();
    this.pageScripts.set(path, script);
    script.tell(answer, times);
  }

  /** Delays token answers from now on; requests are processed when they arrive all the same. */
  latency(milliseconds: number): void {
    this.tokenScript.latencyMs = milliseconds;
  }

  /** Decides as the user would, without a browser: the URL that the browser is sent back to. */
  approve(authorizationUrl: string, decision: Decision = {}): string {
    const { origin, pathname, searchParams } = new URL(authorizationUrl);
    if (origin + pathname !== this.authorizationUrl)
      throw new Error(`not an authorization URL of this provider: ${origin}${pathname}`);
    return callbackUrl(this.decide(searchParams, decision));
  }

  isRefreshTokenAlive(token: string): boolean {
    return this.families.isRefreshTokenAlive(token);
  }

  isAccessTokenAlive(token: string): boolean {
    return this.families.ownerOf(token) !== null;
  }

  /** The last refresh token of the family that this code, access token or refresh token belongs to. */
  newestRefreshToken(member: string): string | null {
    return this.families.newestRefreshToken(member);
  }

  /** Stops listening and cuts every connection: what follows is refused before a byte is sent. */
  goDown(): Promise<void> {
    return this.listener.close();
  }

  /** Listens again, on the same port. */
  comeUp(): Promise<void> {
    return this.listener.listen();
  }

  stop(): Promise<void> {
    return this.listener.close();
  }

  /** Answers one HTTP request. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const logged = await logAndRead(this.requests, request, this.origin);
    if (logged.method === 'POST' && logged.path === '/token') {
      const tooMuch = this.load.enter(response);
      if (tooMuch) {
        if (await writePlain(response, tooMuch)) logged.answered = { status: tooMuch.status };
        return;
      }
      return this.tokenScript.play(logged, response, () => this.answerToken(logged));
    }
    if (logged.method === 'POST' && logged.path === '/revoke') {
      return this.revocationScript.play(logged, response, () => this.answerRevocation(logged));
    }
    const script = logged.method === 'GET' ? this.pageScripts.get(logged.path) : undefined;
    if (script) return script.play(logged, response, () => this.answerPage(logged));
    const answer = this.answerPage(logged);
    if (await writePlain(response, answer)) logged.answered = { status: answer.status };
  }

  private get accessTokenSeconds(): number {
    return this.options.accessTokenSeconds ?? 3600;
  }

  private answerToken(request: LoggedRequest): PlainAnswer {
    const fault = this.faultOf(request);
    if (fault !== null) return tokenRefusals[this.dialect][fault];
    return answerTokenRequest(request, this.families, {
      issuer: this.origin,
      clientId: this.clientId,
      accessTokenSeconds: this.accessTokenSeconds,
      repeatsRefreshToken: this.options.repeatsRefreshToken ?? true,
      idTokenClaims: this.idTokenClaims,
      dialect: this.dialect,
      refreshTokenNeeds: this.options.refreshTokenNeeds ?? null,
    });
  }

  /** RFC 7009 section 2.2: 200 for unknown tokens too. */
  private answerRevocation(request: LoggedRequest): PlainAnswer {
    const fault = this.faultOf(request);
    if (fault !== null) return tokenRefusals[this.dialect][fault];
    this.families.revoke(request.body.token ?? '');
    return { status: 200 };
  }

  private get dialect(): Dialect {
    return this.options.dialect ?? 'plain';
  }

  private faultOf(request: LoggedRequest) {
    const accepts = this.options.clientAuthentication ?? ['client_secret_basic', 'client_secret_post'];
    return clientFault(request, { clientId: this.clientId, clientSecret: this.clientSecret, accepts });
  }

  private answerPage(request: LoggedRequest): PlainAnswer {
    if (request.path === '/.well-known/openid-configuration') return { status: 200, body: discoveryDocument(this, this.options) };
    if (request.path === '/userinfo') return this.answerUserinfo(request);
    if (request.path !== '/authorize') return { status: 404, body: { error: 'not_found' } };
    const query = new URLSearchParams(request.query);
    try {
      if (request.method === 'GET') return this.askIn(query);
      const answer = this.decide(query, { subject: request.body.subject || undefined, deny: request.body.decision !== 'allow' });
      if (answer.responseMode === 'form_post') return html(formPostPage(answer));
      return { status: 303, headers: { location: callbackUrl(answer) } };
    } catch (error) {
      if (error instanceof UnusableAuthorizationRequest) return authorizationRefusals[this.dialect][error.refusal];
      throw error;
    }
  }

  private askIn(query: URLSearchParams): PlainAnswer {
    const refused = refusalBeforeSignIn(query, this.rules);
    if (refused) return { status: 302, headers: { location: callbackUrl(refused) } };
    return html(consentPage(query.toString(), query.get('scope') ?? ''));
  }

  private decide(query: URLSearchParams, decision: Decision) {
    return decide(query, decision, this.rules, this.families);
  }

  private get rules(): AuthorizationRules {
    const { redirectUris = [], sendsIss = true, scopes, pkce = 'optional' } = this.options;
    return { issuer: this.origin, clientId: this.clientId, redirectUris, sendsIss, scopes, pkce };
  }

  private answerUserinfo(request: LoggedRequest): PlainAnswer {
    const owner = this.families.ownerOf(/^bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (owner) return { status: 200, body: { sub: owner.subject, email: owner.email } };
    return { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' }, body: { error: 'invalid_token' } };
  }
}

/** Starts a scripted provider on a free loopback port. */
export async function startScriptedProvider(options: ScriptedProviderOptions): Promise<ScriptedProvider> {
  const server = createServer({ keepAliveTimeout: 5_000 }, (request, response) => {
    provider.handle(request, response).catch(() => response.destroy());
  });
  const listener = new LoopbackListener(server);
  const provider = new ScriptedProvider(options, listener);
  await listener.listen();
  return provider;
}

function html(body: string): PlainAnswer {
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}
