import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { AdminTab } from './support/admin-tab.js';
import { looks, oppositeLooks, violationsInAllLooks } from './support/axe.js';
import { launchChromium } from './support/chromium.js';
import { type Furnished, furnish } from './support/furnished-admin.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('every page of the admin', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let furnished: Furnished;

  beforeAll(async () => {
    [provider, system, chromium] = await Promise.all([
      startScriptedProvider({ mode: 'strict' }),
      startSystem(),
      launchChromium(),
    ]);
    furnished = await furnish(system, provider);
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });

  it.each([
    ['en', looks],
    ['de', oppositeLooks],
  ])('breaks no rule of WCAG 2.2 AA that axe-core knows, narrow and wide, light and dark: %s', async (locale, among) => {
    const tab = await AdminTab.open(chromium, system, { locale, reducedMotion: 'reduce' });
    const found: Record<string, string[]> = {};
    await tab.visit('/sign-in');
    const addresses = await tab.addresses(furnished.examples);
    found['/sign-in'] = await violationsInAllLooks(tab.page, among);
    await tab.signIn(system.operator);
    for (const address of addresses.filter((one) => one !== '/sign-in')) {
      await tab.visit(address);
      found[address] = await violationsInAllLooks(tab.page, among);
      await tab.eachFurtherTab(async (name) => {
        found[`${address} ${name}`] = await violationsInAllLooks(tab.page, among);
      });
      expect([address, await tab.page.locator('html').getAttribute('lang')]).toEqual([address, locale]);
    }
    expect(found).toEqual(Object.fromEntries(Object.keys(found).map((name) => [name, []])));
    expect(tab.watch.complaints).toEqual([]);
    await tab.close();
  });
});
