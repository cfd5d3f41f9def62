import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { AdminTab } from './support/admin-tab.js';
import { launchChromium } from './support/chromium.js';
import { type System, startSystem } from './support/system.js';

describe('the frame of the admin', () => {
  let system: System;
  let chromium: Browser;
  let assistant: { id: string; name: string };
  let tab: AdminTab;

  beforeAll(async () => {
    [system, chromium] = await Promise.all([startSystem(), launchChromium()]);
    assistant = await system.givenAssistant('Helpdesk bot');
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
  });
  /** Whatever was done: no policy was violated, nothing was loaded from elsewhere, and nothing but a missing session complained of. */
  afterEach(async () => {
    expect(await tab.refusals()).toEqual([]);
    expect(tab.strangers).toEqual([]);
    expect(tab.watch.complaints.filter((complaint) => !/401 \(Unauthorized\) \(\S+\/v1\//.test(complaint))).toEqual([]);
    await tab.close();
  });

  const signIn = async (page: Page, password = system.operator.password) => {
    await page.getByLabel('Email').fill(system.operator.email);
    await page.locator('input[type=password]').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };
  const pathOf = (page: Page) => new URL(page.url()).pathname;

  it('asks who is there first, and then shows the page that was asked for', async () => {
    tab = await AdminTab.open(chromium, system);
    const { page } = tab;
    await tab.visit(`/assistants/${assistant.id}/runtime-keys`);
    expect(pathOf(page)).toBe('/admin/sign-in');
    await signIn(page, 'not the password');
    await page.getByRole('alert').getByText('Email or password is wrong.').waitFor();
    expect(await page.locator('input[type=password]').inputValue()).toBe('');
    await signIn(page);
    await page.getByRole('heading', { name: 'Runtime keys', level: 1 }).waitFor();
    expect(pathOf(page)).toBe(`/admin/assistants/${assistant.id}/runtime-keys`);
  });

  it('leads nowhere but into the admin, whoever made the link to the sign-in page', async () => {
    for (const to of ['//elsewhere.test', '/\\elsewhere.test', 'https://elsewhere.test']) {
      tab = await AdminTab.open(chromium, system);
      await tab.visit(`/sign-in?to=${encodeURIComponent(to)}`);
      await signIn(tab.page);
      await tab.page.getByRole('navigation').first().waitFor();
      expect([to, tab.page.url().startsWith(`${system.publicUrl}/admin/`)]).toEqual([to, true]);
      await tab.close();
    }
    tab = await AdminTab.open(chromium, system);
  });

  it('speaks the language and has the colours that were chosen, also after the next start', async () => {
    tab = await AdminTab.open(chromium, system, { colorScheme: 'light' });
    const { page } = tab;
    await tab.signIn(system.operator);
    await tab.visit('/assistants');
    await page.getByRole('button', { name: 'Language' }).click();
    await page.getByRole('menuitem', { name: 'Deutsch' }).click();
    await page.getByRole('heading', { name: 'Assistenten', level: 1 }).waitFor();
    await page.getByRole('button', { name: 'Farben' }).click();
    await page.getByRole('menuitem', { name: 'Dunkel' }).click();
    for (const again of [false, true]) {
      if (again) await tab.visit('/assistants');
      await page.getByRole('heading', { name: 'Assistenten', level: 1 }).waitFor();
      const html = page.locator('html');
      expect(await html.getAttribute('lang')).toBe('de');
      await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
      expect(await page.title()).toBe('Assistenten – Grantkeeper');
    }
  });

  it('has its pages behind one button on a phone, and nothing that scrolls sideways', async () => {
    tab = await AdminTab.open(chromium, system, { viewport: { width: 390, height: 800 } });
    const { page } = tab;
    await tab.signIn(system.operator);
    await tab.visit('/assistants');
    const keys = page.getByRole('link', { name: 'Runtime keys' });
    expect(await keys.isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await keys.click();
    await page.getByRole('heading', { name: 'Runtime keys', level: 1 }).waitFor();
    await keys.waitFor({ state: 'hidden' });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
  });

  it('takes the keyboard past the navigation by its first link', async () => {
    tab = await AdminTab.open(chromium, system);
    const { page } = tab;
    await tab.signIn(system.operator);
    await tab.visit('/assistants');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('content');
    expect(await page.getByRole('heading', { name: 'Assistants', level: 1 }).isVisible()).toBe(true);
  });

  it('asks again who is there when the session has ended elsewhere, and comes back', async () => {
    tab = await AdminTab.open(chromium, system);
    const { page } = tab;
    await tab.signIn(system.operator);
    await tab.visit('/assistants');
    await page.request.delete(`${system.publicUrl}/v1/session`, { headers: { origin: system.publicUrl } });
    await page.getByRole('link', { name: 'Runtime keys' }).click();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await signIn(page);
    await page.getByRole('heading', { name: 'Runtime keys', level: 1 }).waitFor();
  });

  it('signs out: the next page asks who is there, and the cookie is worth nothing', async () => {
    tab = await AdminTab.open(chromium, system);
    const { page } = tab;
    await tab.signIn(system.operator);
    await tab.visit('/assistants');
    const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    await page.getByRole('button', { name: 'Your account' }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in', level: 1 }).waitFor();
    await tab.visit('/assistants');
    expect(pathOf(page)).toBe('/admin/sign-in');
    expect((await fetch(`${system.publicUrl}/v1/session`, { headers: { cookie } })).status).toBe(401);
  });
});
