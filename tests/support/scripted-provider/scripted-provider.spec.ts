import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type ScriptedProvider, type ScriptedProviderOptions, startScriptedProvider } from './scripted-provider.js';

const redirectUri = 'http://127.0.0.1:4000/callback/1';
let provider: ScriptedProvider;

afterEach(() => provider.stop());

async function start(options: Partial<ScriptedProviderOptions> = {}): Promise<void> {
  provider = await startScriptedProvider({ mode: 'strict', ...options });
}

function authorizationUrl(parameters: Record<string, string> = {}): string {
  const query = {
    response_type: 'code',
    client_id: provider.clientId,
    redirect_uri: redirectUri,
    state: 's t&te',
    ...parameters,
  };
  return `${provider.authorizationUrl}?${new URLSearchParams(query)}`;
}

function consentedCode(parameters: Record<string, string> = {}): string {
  return new URL(provider.approve(authorizationUrl(parameters))).searchParams.get('code') ?? '';
}

function basic(): Record<string, string> {
  const joined = [provider.clientId, provider.clientSecret]
    .map((part) => new URLSearchParams({ v: part }).toString().slice(2))
    .join(':');
  return { authorization: `Basic ${Buffer.from(joined).toString('base64')}` };
}

function askToken(body: Record<string, string>, headers = basic()): Promise<Response> {
  return fetch(provider.tokenUrl, { method: 'POST', headers, body: new URLSearchParams(body), redirect: 'manual' });
}

function redeem(code = consentedCode(), extra: Record<string, string> = {}): Promise<Response> {
  return askToken({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...extra });
}

async function tokensOf(answer: Promise<Response>): Promise<Record<string, string>> {
  return (await (await answer).json()) as Record<string, string>;
}

describe('authorization', () => {
  it('sends code, state and issuer back to the redirect URI', async () => {
    await start({ canary: 'planted' });
    const back = new URL(provider.approve(authorizationUrl()));
    expect(back.origin + back.pathname).toBe(redirectUri);
    expect(Object.fromEntries(back.searchParams)).toEqual({
      code: expect.stringMatching(/^planted-code-/),
      state: 's t&te',
      iss: provider.origin,
    });
  });

  it('sends a denial back without a code', async () => {
    await start({ sendsIss: false });
    const back = new URL(provider.approve(authorizationUrl(), { deny: true }));
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 's t&te' });
  });

  it('refuses a client or redirect URI that it does not know', async () => {
    await start({ redirectUris: [redirectUri] });
    expect(() => provider.approve(authorizationUrl({ redirect_uri: `${redirectUri}?x` }))).toThrow('not registered');
    expect(() => provider.approve(authorizationUrl({ client_id: 'other' }))).toThrow('client_id');
    expect(() => provider.approve('https://elsewhere.test/authorize')).toThrow('not an authorization URL');
  });

  it('offers a page with Allow and Deny that leads back', async () => {
    await start();
    const page = await (await fetch(authorizationUrl())).text();
    expect(page).toMatch(/<button[^>]*>Allow<\/button>\s*<button[^>]*>Deny<\/button>/);
    const decide = (decision: string) =>
      fetch(authorizationUrl(), {
        method: 'POST',
        body: new URLSearchParams({ decision, subject: 'grace' }),
        redirect: 'manual',
      });
    expect(new URL((await decide('allow')).headers.get('location') ?? '').searchParams.get('code')).toMatch(/-code-/);
    expect(new URL((await decide('deny')).headers.get('location') ?? '').searchParams.get('error')).toBe('access_denied');
  });

  it('answers by form POST when asked to', async () => {
    await start();
    const answer = await fetch(authorizationUrl({ response_mode: 'form_post' }), {
      method: 'POST',
      body: new URLSearchParams({ decision: 'allow' }),
    });
    expect(await answer.text()).toMatch(/<form method="post" action="http:&#47;|<form method="post" action="http:\/\/127/);
  });
});

describe('token endpoint', () => {
  it('takes a code once, checks PKCE, and names the token rightly', async () => {
    await start({ accessTokenSeconds: 120 });
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const code = consentedCode({ code_challenge: challenge, code_challenge_method: 'S256', scope: 'read' });

    expect((await redeem(code)).status).toBe(400);
    const answer = await redeem(code, { code_verifier: verifier });

    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ token_type: 'Bearer', expires_in: 120, scope: 'read' });
    expect(await (await redeem(code, { code_verifier: verifier })).json()).toMatchObject({ error: 'invalid_grant' });
    expect(provider.tokenRequests({ code })).toHaveLength(3);
  });

  it('refuses a wrong secret, and ways of authenticating that it was not told to take', async () => {
    await start({ clientSecret: 'a+b %:/ü' });
    expect((await redeem()).status).toBe(200);
    expect(
      (await askToken({ grant_type: 'refresh_token', client_id: provider.clientId, client_secret: 'wrong' }, {})).status,
    ).toBe(401);
    expect((await askToken({ grant_type: 'refresh_token', client_id: provider.clientId }, {})).status).toBe(401);
    expect((await askToken({ grant_type: 'refresh_token', client_secret: provider.clientSecret })).status).toBe(401);
    await provider.stop();
    await start({ clientAuthentication: ['none'] });
    expect((await redeem()).status).toBe(401);
    const answer = await askToken(
      { grant_type: 'authorization_code', code: consentedCode(), redirect_uri: redirectUri, client_id: provider.clientId },
      {},
    );
    expect(answer.status).toBe(200);
  });

  it('sends an ID token with openid, with the claims it was told to forge', async () => {
    await start();
    provider.idTokenClaims.iss = 'https://evil.test';
    const { id_token } = await tokensOf(redeem(consentedCode({ scope: 'openid', nonce: 'n' })));
    const claims = JSON.parse(Buffer.from(id_token?.split('.')[1] ?? '', 'base64url').toString()) as unknown;
    expect(claims).toMatchObject({ iss: 'https://evil.test', aud: provider.clientId, sub: 'scripted-user', nonce: 'n' });
  });

  it('keeps quiet about an unchanged refresh token when told to', async () => {
    await start({ mode: 'constant', repeatsRefreshToken: false });
    const { refresh_token = '' } = await tokensOf(redeem());
    expect(await tokensOf(askToken({ grant_type: 'refresh_token', refresh_token }))).not.toHaveProperty('refresh_token');
  });
});

describe('other endpoints', () => {
  it('tell who the token is, until it is revoked', async () => {
    await start();
    const { access_token, refresh_token = '' } = await tokensOf(redeem());
    const whoIs = () => fetch(provider.userinfoUrl, { headers: { authorization: `Bearer ${access_token}` } });
    expect(await (await whoIs()).json()).toEqual({ sub: 'scripted-user', email: 'scripted-user@provider.test' });
    const revoked = await fetch(provider.revocationUrl, {
      method: 'POST',
      headers: basic(),
      body: new URLSearchParams({ token: refresh_token }),
    });
    expect(revoked.status).toBe(200);
    expect((await whoIs()).status).toBe(401);
    expect(provider.revocations).toMatchObject([{ body: { token: refresh_token }, answered: { status: 200 } }]);
  });

  it('announce themselves in the discovery document', async () => {
    await start();
    const document = await (await fetch(provider.discoveryUrl)).json();
    expect(document).toMatchObject({
      issuer: provider.origin,
      token_endpoint: provider.tokenUrl,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it('refuse connections while down and are back on the same port', async () => {
    await start();
    const { port } = provider;
    await provider.goDown();
    await expect(fetch(provider.discoveryUrl)).rejects.toThrow();
    await provider.comeUp();
    expect(provider.port).toBe(port);
    expect((await fetch(provider.discoveryUrl)).status).toBe(200);
  });
});
