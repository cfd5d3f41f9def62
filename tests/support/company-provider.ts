import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Claims = Record<string, unknown>;

/** What the next sign-in is like: who comes, and what the provider does wrong. */
export interface CompanyPerson {
  claims: Claims;
  /** Told at the userinfo endpoint only. */
  userInfo?: Claims;
  /** Claims of the ID token that are not what they should be. */
  wrongClaims?: Claims;
  /** A key that the provider does not publish. */
  foreignKey?: boolean;
  /** Of the authorization response (RFC 9207). */
  wrongIssuer?: string;
}

interface Asked {
  nonce: string;
  challenge: string;
  redirectUri: string;
}

/** A company's OpenID Connect provider that signs in at once whoever it was told to, and misbehaves as told. */
export class CompanyProvider {
  person: CompanyPerson = { claims: {} };
  readonly clientId = 'grantkeeper';
  readonly clientSecret = randomBytes(18).toString('base64url');
  tokenRequests = 0;
  private readonly codes = new Map<string, Asked>();
  private readonly own = generateKeyPairSync('rsa', { modulusLength: 2048 });
  private readonly foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<CompanyProvider> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const provider = new CompanyProvider(server);
    server.on('request', (request, response) => void provider.answer(request, response));
    return provider;
  }

  get issuer(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Follows an authorization request as a browser of this person would; answers where it is led back to. */
  consent(authorizationUrl: string): string {
    const { searchParams: asked } = new URL(authorizationUrl);
    const code = randomBytes(16).toString('base64url');
    const redirectUri = asked.get('redirect_uri') ?? '';
    this.codes.set(code, { nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '', redirectUri });
    const iss = this.person.wrongIssuer ?? this.issuer;
    return `${redirectUri}?${new URLSearchParams({ code, state: asked.get('state') ?? '', iss })}`;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = new URLSearchParams(Buffer.concat(chunks).toString());
    if (request.url?.startsWith('/authorize?')) {
      response.writeHead(303, { location: this.consent(`${this.issuer}${request.url}`) }).end();
      return;
    }
    const [status, answer] = this.answerTo(request.url ?? '', body, request.headers.authorization ?? '');
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  private answerTo(path: string, body: URLSearchParams, authorization: string): [number, unknown] {
    if (path === '/.well-known/openid-configuration') return [200, this.metadata()];
    if (path === '/keys')
      return [200, { keys: [{ ...this.own.publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'k' }] }];
    if (path === '/userinfo') return [200, { sub: this.person.claims.sub, ...this.person.userInfo }];
    if (path !== '/token') return [404, {}];
    this.tokenRequests += 1;
    const asked = this.codes.get(body.get('code') ?? '');
    this.codes.delete(body.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(body.get('code_verifier') ?? '')
      .digest('base64url');
    if (!this.isClient(authorization)) return [401, { error: 'invalid_client' }];
    if (asked?.challenge !== challenge || asked.redirectUri !== body.get('redirect_uri'))
      return [400, { error: 'invalid_grant' }];
    return [200, { access_token: 'access', token_type: 'Bearer', id_token: this.idToken(asked.nonce) }];
  }

  /** Both parts are form-encoded (RFC 6749 section 2.3.1), whichever characters the client finds worth encoding. */
  private isClient(authorization: string): boolean {
    const parts = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
      .toString()
      .split(':')
      .map(decodeURIComponent);
    return parts[0] === this.clientId && parts[1] === this.clientSecret;
  }

  private metadata(): Claims {
    return {
      issuer: this.issuer,
      authorization_endpoint: `${this.issuer}/authorize`,
      token_endpoint: `${this.issuer}/token`,
      userinfo_endpoint: `${this.issuer}/userinfo`,
      jwks_uri: `${this.issuer}/keys`,
      id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  private idToken(nonce: string): string {
    const seconds = Math.floor(Date.now() / 1000);
    const times = { iat: seconds, exp: seconds + 300 };
    const right = { iss: this.issuer, aud: this.clientId, nonce, ...times, ...this.person.claims };
    return signed(
      { ...right, ...this.person.wrongClaims },
      this.person.foreignKey ? this.foreign.privateKey : this.own.privateKey,
    );
  }
}

function signed(claims: Claims, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
}
