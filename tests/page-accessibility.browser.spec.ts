import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { oppositeLooks, violationsInAllLooks } from './support/axe.js';
import { launchChromium } from './support/chromium.js';
import { demoPlace } from './support/demo-place.js';
import { type Tour, tourOfConsent, tourOfTheRest } from './support/page-tour.js';
import { PageWatch } from './support/page-watch.js';
import { type System, startSystem } from './support/system.js';

const languages = ['en', 'de'] as const;

describe('every page of ours and of the demo provider, in each language', () => {
  let system: System;
  let chromium: Browser;
  let places: Tour['places'];

  beforeAll(async () => {
    system = await startSystem();
    chromium = await launchChromium();
    const confirm = await demoPlace(system, 'Helpdesk bot');
    places = { confirm, code: await demoPlace(system, 'Support bot', { identityCheck: 'code' }) };
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await Promise.all(Object.values(places ?? {}).map(({ provider }) => provider.stop()));
  });
  afterEach(() => Promise.all(chromium.contexts().map((context) => context.close())));

  it.each(languages)(
    'breaks no rule of WCAG 2.2 AA that axe-core knows, narrow and wide, light and dark: %s',
    async (language) => {
      const page = await (await chromium.newContext({ locale: language })).newPage();
      const watch = new PageWatch(page);
      const found: Record<string, string[]> = {};
      const spoken: Record<string, string | null> = {};
      const look = async (shown: string) => {
        spoken[shown] = await page.locator('html').getAttribute('lang');
        found[shown] = await violationsInAllLooks(page);
      };
      await tourOfConsent({ system, page, places, language }, look);
      await tourOfTheRest({ system, page, places, language }, look);
      const shown = Object.keys(found);
      expect(shown.length).toBeGreaterThan(16);
      expect(found).toEqual(Object.fromEntries(shown.map((name) => [name, []])));
      const ours = shown.filter((name) => !name.startsWith('demo'));
      expect(ours.map((name) => [name, spoken[name]])).toEqual(ours.map((name) => [name, language]));
      expect(watch.complaints).toEqual([]);
    },
  );

  it('changes its language by keyboard, keeps it to the end of the way and comes back', async () => {
    const page = await (await chromium.newContext({ locale: 'en' })).newPage();
    await page.goto(`${system.publicUrl}/sign-in/unknown`);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Diesen Link gibt es nicht' }).waitFor();
    await tourOfConsent({ system, page, places, language: 'de' }, async (shown) => {
      if (!shown.startsWith('demo')) expect([shown, await page.locator('html').getAttribute('lang')]).toEqual([shown, 'de']);
    });
    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Demo provider is disconnected' }).waitFor();
    await page.goto(`${system.publicUrl}/me/unknown`);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
  });

  it('is axe-clean where programs’ authors read, all unfolded: the reference', async () => {
    const page = await chromium.newPage();
    await page.goto(`${system.publicUrl}/docs`);
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    expect(await violationsInAllLooks(page, oppositeLooks)).toEqual([]);
  });
});
