import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('the sign-in page in Chromium, the provider on another site', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let page: Page;
  let key: string;
  let complaints: string[];

  beforeAll(async () => {
    [provider, system, chromium] = await Promise.all([
      startScriptedProvider({ mode: 'strict' }),
      startSystem(),
      launchChromium(),
    ]);
    key = (await system.givenRuntimeKey()).key;
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });
  beforeEach(async () => {
    complaints = [];
    page = await chromium.newPage({ viewport: { width: 320, height: 640 } });
    page.on(
      'console',
      (message) =>
        void (
          message.type() === 'error' &&
          message.location().url.startsWith(system.publicUrl) &&
          complaints.push(message.text())
        ),
    );
    page.on('pageerror', (error) => void complaints.push(error.message));
  });
  afterEach(() => page.context().close());

  /** `localhost` and `127.0.0.1` are two sites: the callback is as cross-site as in life. */
  const link = async (overrides: Record<string, unknown> = {}) => {
    const authorizationUrl = `http://localhost:${provider.port}/authorize`;
    const profile = await system.givenProfile(
      {
        ...provider,
        authorizationUrl,
        tokenUrl: provider.tokenUrl,
        clientId: provider.clientId,
        clientSecret: provider.clientSecret,
      },
      { advanced: {}, ...overrides },
    );
    const { body } = await system.askToken({ profile: profile.id, user: 'U042' }, key);
    if (body.status !== 'consent_required' || !body.signInUrl) throw new Error('expected a sign-in link');
    return { url: body.signInUrl, id: body.authorizationId, profile };
  };
  const heading = () => page.getByRole('heading', { level: 1 }).textContent();
  const expectGoodOnAPhone = async () => {
    const overflows = await page.evaluate<boolean>('document.documentElement.scrollWidth > window.innerWidth');
    const small = await page.evaluate<number>(
      `[...document.querySelectorAll('button, a')].filter((one) => one.getBoundingClientRect().height < 44).length`,
    );
    expect({ overflows, small }).toEqual({ overflows: false, small: 0 });
  };

  it('leads by keyboard alone from the link over the provider to "Connected"', async () => {
    const { url } = await link();
    await page.goto(url);
    await expectGoodOnAPhone();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Continue');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/authorize/);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(page.url()).toBe(url);
    await expectGoodOnAPhone();
    expect(complaints).toEqual([]);
  });

  it('ends well too where the provider posts its answer as a form of its own site', async () => {
    const { url } = await link({ scope: [{ key: 'response_mode', value: 'form_post' }] });
    await page.goto(url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(page.url()).toBe(url);
    expect(complaints).toEqual([]);
  });

  it('shows a code that can be copied whole, and goes on when it was typed', async () => {
    const { url, id } = await link({ identityCheck: 'code' });
    await page.goto(url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Type this code into the chat' }).waitFor();
    await expectGoodOnAPhone();
    const shown = page.locator('.code');
    await shown.click();
    const copied = await page.evaluate<string>('window.getSelection().toString().trim()');
    expect(copied).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    await system.api('POST', `/v1/authorizations/${id}/complete`, { body: { code: copied }, token: key });
    await page.getByRole('link', { name: 'I have sent it' }).click();
    expect(await heading()).toBe('Connected');
    expect(complaints).toEqual([]);
  });

  it('is in use to another browser', async () => {
    const { url } = await link();
    await page.goto(url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(/\/authorize/);
    const other = await chromium.newPage();
    expect((await other.goto(url))?.status()).toBe(403);
    expect(await other.getByRole('heading', { level: 1 }).textContent()).toBe('This link is in use in another browser');
    await other.context().close();
  });
});
