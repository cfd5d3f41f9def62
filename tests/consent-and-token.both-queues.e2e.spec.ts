import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';
import { expireToken } from './support/token-age.js';

describe('the life of a grant, on either queue', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  it('leads from the first ask over consent, token, refresh and sign-out to the next consent', async () => {
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey();
    const ask = (waitSeconds = 0) => system.askToken({ profile: profile.name, user: 'Zoë 🦊', waitSeconds }, key);

    const asked = await ask();
    expect(asked).toMatchObject({ status: 200, body: { status: 'consent_required' } });
    if (asked.body.status !== 'consent_required' || !asked.body.signInUrl) throw new Error('expected a sign-in link');
    expect((await ask()).body).toMatchObject({ signInUrl: asked.body.signInUrl, authorizationId: asked.body.authorizationId });

    const page = await new Browser().consent(asked.body.signInUrl, provider);
    expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/connected/i) });
    const authorization = await system.api('GET', `/v1/authorizations/${asked.body.authorizationId}`, { token: key });
    expect(authorization.body).toMatchObject({ status: 'consented', reason: null });

    const ready = await ask();
    expect(ready.body).toMatchObject({ status: 'ready', tokenVersion: 1, scopes: ['read', 'write'], missingScopes: [] });
    if (ready.body.status !== 'ready') throw new Error('expected a token');
    const { grantId, accessToken, request } = ready.body;
    expect(provider.isAccessTokenAlive(accessToken)).toBe(true);
    expect(request.headers).toEqual({ Authorization: `Bearer ${accessToken}` });

    await expireToken(system, grantId);
    const refreshed = await ask();
    expect(refreshed.body).toMatchObject({ status: 'ready', grantId, tokenVersion: 2 });
    expect(provider.tokenRequests({ grantType: 'refresh_token' })).toHaveLength(1);

    const signedOut = await system.api('DELETE', `/v1/grants/${grantId}`, { token: key });
    expect(signedOut).toMatchObject({ status: 200, body: { revocation: 'revoked' } });
    expect((await ask()).body.status).toBe('consent_required');
    expect(provider.tokenRequests()).toHaveLength(2);
  });

  it('is served by processes that call themselves ready and not degraded', async () => {
    for (const { url } of system.processes) {
      const health = await fetch(`${url}/health/ready`);
      expect(await health.json()).toMatchObject({ status: 'ready', degraded: [] });
      expect(health.status).toBe(200);
    }
  });

  it('wakes every runtime that waits for a consent, however closely the two come together', async () => {
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey();
    const users = Array.from({ length: 20 }, (_, n) => `waiting ${n}`);
    const answers = await Promise.all(
      users.map(async (user) => {
        const asked = await system.askToken({ profile: profile.id, user }, key);
        if (asked.body.status !== 'consent_required' || !asked.body.signInUrl) throw new Error('expected a sign-in link');
        const waiting = Array.from({ length: 3 }, () => system.askToken({ profile: profile.id, user, waitSeconds: 40 }, key));
        await new Browser().consent(asked.body.signInUrl, provider);
        return (await Promise.all(waiting)).map(({ body }) => body.status);
      }),
    );
    expect(answers).toEqual(users.map(() => ['ready', 'ready', 'ready']));
  });

  it('gives a runtime that waits the next link as soon as the user denies', async () => {
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey();
    const ask = (waitSeconds: number) => system.askToken({ profile: profile.id, user: 'denying', waitSeconds }, key);
    const asked = await ask(0);
    if (asked.body.status !== 'consent_required' || !asked.body.signInUrl) throw new Error('expected a sign-in link');

    const startedAt = performance.now();
    const waiting = ask(30);
    await new Browser().consent(asked.body.signInUrl, provider, { deny: true });

    const answer = await waiting;
    expect(answer.body.status).toBe('consent_required');
    expect(answer.body).not.toMatchObject({ authorizationId: asked.body.authorizationId });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });
});
