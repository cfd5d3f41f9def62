import type { AuthorizationView } from '@grantkeeper/contracts/authorizations/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('a code whose provider cannot be reached', () => {
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

  async function linkFor(overrides: Record<string, unknown> = {}) {
    const profile = await system.givenProfile(provider, overrides);
    const { key } = await system.givenRuntimeKey();
    const ask = (waitSeconds = 0) => system.askToken({ profile: profile.id, user: 'someone', waitSeconds }, key);
    const { body } = await ask();
    if (body.status !== 'consent_required' || !body.signInUrl) throw new Error('expected a sign-in link');
    const authorization = (waitSeconds: number) =>
      system.api<AuthorizationView>('GET', `/v1/authorizations/${body.authorizationId}?waitSeconds=${waitSeconds}`, {
        token: key,
      });
    return { profileId: profile.id, signInUrl: body.signInUrl, ask, authorization };
  }

  it('waits for it, and is exchanged once when it is back', async () => {
    const { signInUrl, ask } = await linkFor();
    const browser = new Browser();
    const callback = provider.approve(await browser.continueToProvider(signInUrl));
    await provider.goDown();

    const page = await browser.open(callback, { crossSite: true });
    expect(page).toMatchObject({ status: 200, refresh: { seconds: expect.any(Number) } });
    await provider.comeUp();

    expect((await ask(30)).body.status).toBe('ready');
    expect(provider.tokenRequests()).toHaveLength(1);
    expect((await browser.untilStill(page)).text).toMatch(/connected/i);
  });

  it('fails at once where TLS cannot be had, and says that to the user', async () => {
    const { signInUrl, authorization } = await linkFor({ tokenUrl: provider.tokenUrl.replace('http:', 'https:') });

    const page = await new Browser().consent(signInUrl, provider);

    expect(page.status).toBe(200);
    expect(page.text).toContain('could not be reached');
    expect((await authorization(10)).body).toMatchObject({ status: 'failed', reason: 'provider_unreachable', grantId: null });
  });

  it('fails at once at an address that must not be called, however the profile came by it', async () => {
    const { signInUrl, authorization, profileId } = await linkFor();
    await system.db.query(
      `UPDATE profile SET definition = jsonb_set(definition, '{tokenUrl}', to_jsonb($2::text)) WHERE id = $1`,
      [profileId, 'https://169.254.169.254/token'],
    );

    await new Browser().consent(signInUrl, provider);

    expect((await authorization(10)).body).toMatchObject({ status: 'failed', reason: 'provider_unreachable' });
  });
});
