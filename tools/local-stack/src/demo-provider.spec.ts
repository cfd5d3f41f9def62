import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PageWalker } from './demo/page-walker.js';
import type { RequestLine } from './demo/request-log.js';
import { type DemoProvider, type DemoProviderOptions, startDemoProvider } from './demo-provider.js';

const callback = 'http://localhost:4000/callback/11111111-2222-4333-8444-555555555555';

describe('the demo provider', () => {
  const lines: RequestLine[] = [];
  const verifier = randomBytes(32).toString('base64url');
  const options: DemoProviderOptions = {
    port: 0,
    redirectUris: [callback],
    accessTokenSeconds: 600,
    adapter: 'memory',
    requestLog: (line) => lines.push(line),
  };
  let provider: DemoProvider;
  let browser: PageWalker;

  beforeEach(async () => {
    lines.length = 0;
    browser = new PageWalker(callback);
    provider = await startDemoProvider(options);
  });
  afterEach(() => provider.stop());

  function authorizationUrl(extra: Record<string, string> = {}): string {
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    const parameters = {
      response_type: 'code',
      client_id: provider.clientId,
      redirect_uri: callback,
      scope: 'openid email',
      state: 's1',
      code_challenge: challenge,
    };
    return `${provider.authorizationUrl}?${new URLSearchParams({ ...parameters, code_challenge_method: 'S256', ...extra })}`;
  }
  function password(login: string): string {
    return provider.users.find((user) => user.login === login)?.password ?? '';
  }
  async function consentedCode(login = 'ada'): Promise<string> {
    const signIn = await browser.walk(authorizationUrl({ prompt: 'consent' }));
    const consent = await browser.walk(`${signIn.url}/login`, { login, password: password(login) });
    const back = await browser.walk(`${consent.url}/allow`, {});
    return new URL(back.url).searchParams.get('code') ?? '';
  }
  async function token(form: Record<string, string>, post = false): Promise<{ status: number; body: Record<string, string> }> {
    const basic = Buffer.from(`${provider.clientId}:${provider.clientSecret}`).toString('base64');
    const response = await fetch(provider.tokenUrl, {
      method: 'POST',
      headers: post ? {} : { authorization: `Basic ${basic}` },
      body: new URLSearchParams(post ? { ...form, client_id: provider.clientId, client_secret: provider.clientSecret } : form),
    });
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }
  const exchange = (code: string, post = false) =>
    token({ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: verifier }, post);

  it('signs a person in, asks for consent and answers with a code, the state and its issuer', async () => {
    const signIn = await browser.walk(authorizationUrl());
    expect(signIn.text).toMatch(/name="login".*name="password".*Sign in/s);
    const consent = await browser.walk(`${signIn.url}/login`, { login: 'ada', password: password('ada') });
    expect(consent.text).toMatch(/Ada Lovelace.*Allow access.*Deny/s);
    const back = new URL((await browser.walk(`${consent.url}/allow`, {})).url);
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ code: expect.any(String), state: 's1', iss: provider.issuer });
  });

  it('gives a refresh token without being asked for offline access, and userinfo knows the person', async () => {
    const { body } = await exchange(await consentedCode());
    expect(body).toMatchObject({ refresh_token: expect.any(String), id_token: expect.any(String), expires_in: 600 });
    const userinfo = await fetch(provider.userinfoUrl, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(await userinfo.json()).toMatchObject({ sub: 'ada', email: 'ada@example.com' });
  });

  it('takes the client secret in the body too', async () => {
    expect(await exchange(await consentedCode(), true)).toMatchObject({ status: 200 });
  });

  it('refuses a wrong PKCE verifier and a code that was used', async () => {
    const code = await consentedCode();
    const wrong = await token({ grant_type: 'authorization_code', code, redirect_uri: callback, code_verifier: 'x'.repeat(43) });
    expect(wrong.body).toMatchObject({ error: 'invalid_grant' });
    expect(await exchange(code)).toMatchObject({ status: 200 });
    expect((await exchange(code)).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('rotates refresh tokens and ends the whole family when one is used twice', async () => {
    const first = (await exchange(await consentedCode())).body.refresh_token ?? '';
    const second = (await token({ grant_type: 'refresh_token', refresh_token: first })).body.refresh_token ?? '';
    expect(second).not.toBe(first);
    expect((await token({ grant_type: 'refresh_token', refresh_token: first })).body).toMatchObject({ error: 'invalid_grant' });
    expect((await token({ grant_type: 'refresh_token', refresh_token: second })).body).toMatchObject({ error: 'invalid_grant' });
  });

  it('keeps one consent when another of the same person is revoked', async () => {
    const kept = (await exchange(await consentedCode())).body.refresh_token ?? '';
    const consent = await browser.walk(authorizationUrl({ prompt: 'consent' }));
    const code = new URL((await browser.walk(`${consent.url}/allow`, {})).url).searchParams.get('code') ?? '';
    const revoked = (await exchange(code)).body.refresh_token ?? '';
    const basic = Buffer.from(`${provider.clientId}:${provider.clientSecret}`).toString('base64');
    await fetch(provider.revocationUrl, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: new URLSearchParams({ token: revoked }),
    });
    expect((await token({ grant_type: 'refresh_token', refresh_token: revoked })).body).toMatchObject({ error: 'invalid_grant' });
    expect(await token({ grant_type: 'refresh_token', refresh_token: kept })).toMatchObject({ status: 200 });
  });

  it('lets a person deny, and change the account without losing what was granted before', async () => {
    const kept = (await exchange(await consentedCode('ada'))).body.refresh_token ?? '';
    const consent = await browser.walk(authorizationUrl({ prompt: 'consent' }));
    const signIn = await browser.walk(`${consent.url}/switch`, {});
    const asGrace = await browser.walk(`${signIn.url}/login`, { login: 'grace', password: password('grace') });
    expect(asGrace.text).toContain('Grace Hopper');
    const back = new URL((await browser.walk(`${asGrace.url}/deny`, {})).url);
    expect(back.searchParams.get('error')).toBe('access_denied');
    expect(await token({ grant_type: 'refresh_token', refresh_token: kept })).toMatchObject({ status: 200 });
  });

  it('shows the form again after a wrong password, with what was typed escaped', async () => {
    const signIn = await browser.walk(authorizationUrl());
    const again = await browser.walk(`${signIn.url}/login`, { login: '"><script>', password: 'x' });
    expect(again.status).toBe(401);
    expect(again.text).toContain('role="alert"');
    expect(again.text).toContain('value="&quot;&gt;&lt;script&gt;"');
  });

  it('serves profiles that are made later, where it is told what their redirect URIs begin with', async () => {
    const later = 'http://localhost:4000/callback/99999999-2222-4333-8444-555555555555';
    const refused = await browser.walk(authorizationUrl({ redirect_uri: later }));
    expect(refused.status).toBe(400);
    await provider.stop();
    provider = await startDemoProvider({ ...options, redirectPrefix: 'http://localhost:4000/callback/' });
    expect((await browser.walk(authorizationUrl({ redirect_uri: later }))).text).toContain('name="login"');
    const elsewhere = await browser.walk(authorizationUrl({ redirect_uri: 'http://localhost:4000/other' }));
    expect(elsewhere.status).toBe(400);
  });

  it('answers a foreign or finished sign-in, and an unknown redirect URI, with a page', async () => {
    const signIn = await browser.walk(authorizationUrl());
    expect(await new PageWalker(callback).walk(signIn.url)).toMatchObject({
      status: 400,
      text: expect.stringContaining('another browser'),
    });
    const elsewhere = await browser.walk(authorizationUrl({ redirect_uri: 'https://elsewhere.example/' }));
    expect(elsewhere).toMatchObject({ status: 400, text: expect.stringContaining('redirect_uri') });
  });

  it('tells of every token request with the code or refresh token that was presented', async () => {
    const code = await consentedCode();
    const refreshToken = (await exchange(code)).body.refresh_token;
    await token({ grant_type: 'refresh_token', refresh_token: refreshToken ?? '' });
    const path = new URL(provider.tokenUrl).pathname;
    expect(lines.filter((line) => line.path === path)).toEqual([
      expect.objectContaining({ method: 'POST', grantType: 'authorization_code', code }),
      expect.objectContaining({ method: 'POST', grantType: 'refresh_token', refreshToken }),
    ]);
  });
});
