import type { DemoProvider } from '@grantkeeper/local-stack/demo-provider';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openAdmin } from './support/admin-page.js';
import { consentAtDemo, fillProfile, profileField, providerForForm, testResult } from './support/author-steps.js';
import { launchChromium } from './support/chromium.js';
import { type System, startSystem } from './support/system.js';

interface TokenAnswered {
  status: string;
  signInUrl?: string;
  tokenVersion?: number;
}

/** What the curl line of the page sends. */
function curled(line: string): { url: string; headers: Record<string, string>; body: string } {
  const url = /https?:\/\/\S+/.exec(line)?.[0] ?? '';
  const headers = [...line.matchAll(/-H '([^:]+): ([^']*)'/g)].map(([, name, value]) => [name, value]);
  return { url, headers: Object.fromEntries(headers), body: /-d '([^']*)'/.exec(line)?.[1] ?? '' };
}

describe('from a first start to a grant, by the admin alone, in Chromium', () => {
  let system: System;
  let chromium: Browser;
  let provider: DemoProvider;
  let page: Page;
  let curl: ReturnType<typeof curled>;

  beforeAll(async () => {
    system = await startSystem();
    chromium = await launchChromium();
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  const button = (name: string) => page.getByRole('button', { name, exact: true });
  const lineOfNavigation = (name: string) => page.getByRole('navigation').getByRole('link', { name, exact: true });
  const ask = async () =>
    (await fetch(curl.url, { method: 'POST', headers: curl.headers, body: curl.body })).json() as Promise<TokenAnswered>;

  it('signs in and makes the first assistant', async () => {
    page = await openAdmin(system, chromium);
    await page.getByRole('heading', { name: 'Start with an assistant' }).waitFor();
    await button('New assistant').first().click();
    const dialog = page.getByRole('dialog', { name: 'New assistant' });
    await dialog.getByRole('textbox').fill('Helpdesk bot');
    await dialog.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { level: 1, name: 'Authorization profiles' }).waitFor();
  });

  it('makes a profile whose test fails, is told the client secret, mends it, and the test succeeds', async () => {
    await page.getByRole('link', { name: 'New Authorization Mechanism' }).first().click();
    await button('Continue').click();
    provider = await providerForForm(page);
    await profileField(page, 'name').fill('demo');
    await fillProfile(page, provider, 'wrong');
    await page.locator('#field-identityCheck').selectOption('confirm');
    await button('Create profile').click();
    await button('Test').click();
    await testResult(page, 'Auth Test Failed');
    await button('Go to Client secret').click();
    await page.locator('#field-clientSecret:focus').fill(provider.clientSecret);
    await button('Save').click();
    await page.getByText('Saved.').waitFor();
    await button('Test').click();
    const opened = page.context().waitForEvent('page');
    await page.getByRole('link', { name: 'Sign in in a new tab' }).click();
    const tab = await opened;
    await consentAtDemo(tab, provider);
    await testResult(page, 'Auth Test succeeded');
    await tab.close();
  });

  it('makes a runtime key, and its curl line answers with a link', async () => {
    await lineOfNavigation('Runtime keys').click();
    await button('New runtime key').first().click();
    const form = page.getByRole('dialog', { name: 'New runtime key' });
    await form.getByRole('textbox', { name: 'Name' }).fill('laptop');
    await form.getByRole('button', { name: 'Create' }).click();
    curl = curled((await page.getByRole('region', { name: 'curl line' }).textContent()) ?? '');
    await button('I have copied it').click();
    expect(await ask()).toMatchObject({ status: 'consent_required', signInUrl: expect.stringContaining('/sign-in/') });
  });

  it('sees the grant appear once the user has consented, without a reload', async () => {
    await lineOfNavigation('Grants').click();
    await page.getByText('No grants yet').waitFor();
    const { signInUrl = '' } = await ask();
    const user = await (await chromium.newContext()).newPage();
    await user.goto(signInUrl);
    await consentAtDemo(user, provider);
    await user.getByRole('heading', { level: 1, name: 'Connected' }).waitFor();
    await user.context().close();
    await page.getByRole('link', { name: 'ada@example.com' }).waitFor({ timeout: 40_000 });
    expect(await ask()).toMatchObject({ status: 'ready', tokenVersion: 1 });
  });

  it('refreshes the grant now', async () => {
    await page.getByRole('link', { name: 'ada@example.com' }).click();
    await button('Refresh now').click();
    await page.getByText('The token is version 2 now.').waitFor();
    expect(await ask()).toMatchObject({ status: 'ready', tokenVersion: 2 });
  });

  it('signs the user out: from then on no token is handed out', async () => {
    await button('Sign out').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('status').getByText('Signed out').waitFor();
    expect(await ask()).toMatchObject({ status: 'consent_required' });
  });
});
