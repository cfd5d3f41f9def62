import type { UserLink } from '@grantkeeper/contracts/users/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from './support/browser.js';
import type { GivenGrant } from './support/givens.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the user’s own page (MintUserLink, Disconnect)', () => {
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

  const openPage = async ({ user, key }: GivenGrant) => {
    const { body } = await system.api<UserLink>('POST', '/v1/users/links', { body: { user }, token: key });
    const browser = new Browser();
    return { browser, page: await browser.open(body.url) };
  };
  const ask = ({ profile, user, key }: GivenGrant) => system.askToken({ profile: profile.id, user }, key);

  it('shows who was handed a token; Disconnect ends the grant at once, also at the provider, and says so', async () => {
    const grant = await system.givenGrant(provider);
    const { browser, page } = await openPage(grant);
    expect(page.text).toMatch(/Scripted.*Handed a token in the last 90 days Runtime .* last .* UTC.*read.*write/);
    expect(page.html).not.toContain(grant.ready.accessToken);

    const after = await browser.untilStill(await browser.submit(page, {}, 'Disconnect Scripted'));

    expect(after.text).toContain('Scripted has been told and has ended the access');
    expect(after.text).toContain('is not connected to anything for you');
    expect(provider.isAccessTokenAlive(grant.ready.accessToken)).toBe(false);
    expect((await ask(grant)).body.status).toBe('consent_required');
  });

  it('says where the provider could not be told', async () => {
    const profile = await system.givenProfile(provider, { advanced: { revocationUrl: undefined } });
    const grant = await system.givenGrant(provider, { profile });
    const { browser, page } = await openPage(grant);
    const after = await browser.untilStill(await browser.submit(page));
    expect(after.text).toContain('could not be told');
    expect(provider.isAccessTokenAlive(grant.ready.accessToken)).toBe(true);
    expect((await ask(grant)).body.status).toBe('consent_required');
  });

  it('says while the provider is still being told, and then what it said', async () => {
    const grant = await system.givenGrant(provider);
    const { browser, page } = await openPage(grant);
    await provider.goDown();
    const pending = await browser.submit(page);
    expect(pending.text).toContain('is being told');
    expect((await ask(grant)).body.status).toBe('consent_required');
    await provider.comeUp();
    expect((await browser.untilStill(pending)).text).toContain('has ended the access');
  });
});
