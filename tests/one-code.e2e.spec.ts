import type { GrantView } from '@grantkeeper/contracts/grants/http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser, type Page } from './support/browser.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

const deliveries = 50;

describe('one code, delivered to the callback many times at once', () => {
  let system: System;
  let provider: ScriptedProvider;

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem({ api: 2, worker: 2 });
  });
  afterAll(async () => {
    await system?.stop();
    await provider?.stop();
  });

  /** A user back from the provider, the callback not yet opened. */
  async function atTheCallback(user: string) {
    const profile = await system.givenProfile(provider);
    const { key } = await system.givenRuntimeKey();
    const { body } = await system.askToken({ profile: profile.id, user }, key);
    if (body.status !== 'consent_required' || !body.signInUrl) throw new Error('expected a sign-in link');
    const browser = new Browser();
    const callback = new URL(provider.approve(await browser.continueToProvider(body.signInUrl)));
    return { profile, key, user, browser, callback, code: callback.searchParams.get('code') ?? '' };
  }

  async function expectOneGrant(pages: Page[], { profile, key, user, code }: Awaited<ReturnType<typeof atTheCallback>>) {
    expect(pages.map(({ status }) => status)).toEqual(Array(deliveries).fill(200));
    expect([...new Set(pages.map(({ text }) => text))]).toEqual([expect.stringMatching(/connected/i)]);
    expect(provider.tokenRequests({ code })).toHaveLength(1);
    const { body } = await system.asOperator<{ items: GrantView[] }>(
      'GET',
      `/v1/assistants/${profile.assistantId}/grants?profile=${profile.id}`,
    );
    expect(body.items).toMatchObject([{ user, status: 'active', tokenVersion: 1 }]);
    expect((await system.askToken({ profile: profile.id, user }, key)).body.status).toBe('ready');
  }

  it('makes one token request, one grant and a friendly page for each', async () => {
    const one = await atTheCallback('by-query');

    const pages = await Promise.all(
      Array.from({ length: deliveries }, async () =>
        one.browser.untilStill(await one.browser.open(one.callback.href, { crossSite: true })),
      ),
    );

    await expectOneGrant(pages, one);
  });

  it('makes one token request too when the provider posts the answer as a form', async () => {
    const one = await atTheCallback('by-form');
    const fields = Object.fromEntries(one.callback.searchParams);
    const address = one.callback.origin + one.callback.pathname;

    const pages = await Promise.all(
      Array.from({ length: deliveries }, async () =>
        one.browser.untilStill(await one.browser.postFromOtherSite(address, fields)),
      ),
    );

    await expectOneGrant(pages, one);
  });

  it('shows the same page again to a person who comes back to the callback later', async () => {
    const one = await atTheCallback('again');
    const first = await one.browser.untilStill(await one.browser.open(one.callback.href, { crossSite: true }));

    const second = await one.browser.untilStill(await one.browser.open(one.callback.href, { crossSite: true }));

    expect(second).toMatchObject({ status: 200, text: first.text });
    expect(provider.tokenRequests({ code: one.code })).toHaveLength(1);
  });
});
