import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { documentOf } from '../apps/api/src/pages/page.js';
import { aSignIn, everyPage } from '../apps/api/test-fixtures/every-page.js';
import { oppositeLooks, violationsInAllLooks } from './support/axe.js';
import { launchChromium } from './support/chromium.js';
import { faultsOf, tabOrderOf } from './support/page-audit.js';

/** Words as long as German and providers can make them. */
const longNames = aSignIn({ assistantName: 'Reisekostenabrechnungsassistent', displayName: 'Donaudampfschifffahrtskapitänin' });
longNames.definition.identityProvider = 'Personalwirtschaftsverwaltungsportal';
const languages = ['en', 'de'] as const;

describe('every page that we can show, whatever happened', () => {
  let chromium: Browser;
  let page: Page;
  beforeAll(async () => {
    chromium = await launchChromium();
    page = await chromium.newPage();
  });
  afterAll(() => chromium?.close());

  const documentsIn = (language: (typeof languages)[number]) => [
    ...new Set(everyPage(longNames).map((shown) => documentOf(shown, language))),
  ];
  /** One of each build: pages that differ by nothing but their words look and work alike. */
  const buildsIn = (language: (typeof languages)[number]) => {
    const builds = new Map(documentsIn(language).map((document) => [document.replace(/>[^<]*</g, '><'), document]));
    return [...builds.values()];
  };
  const faultsIn = async (documents: readonly string[], look: () => Promise<string[]>) => {
    const found: Record<string, string[]> = {};
    for (const document of documents) {
      await page.setContent(document.replace(/<meta http-equiv="refresh"[^>]*>/, ''));
      const faults = await look();
      if (faults.length > 0) found[`${await page.title()}: ${await page.locator('main').textContent()}`] = faults;
    }
    return found;
  };

  it('is many pages of some builds', () => {
    expect(documentsIn('de').length).toBeGreaterThan(80);
    expect(buildsIn('de').length).toBeGreaterThan(15);
  });

  for (const language of languages) {
    it.each([320, 390])(
      `fits a screen of %s px with the longest words, its buttons large and its text legible: ${language}`,
      async (width) => {
        await page.setViewportSize({ width, height: 700 });
        await page.emulateMedia({ colorScheme: width === 320 ? 'dark' : 'light' });
        expect(await faultsIn(documentsIn(language), () => faultsOf(page))).toEqual({});
      },
    );

    it(`breaks no rule of WCAG 2.2 AA that axe-core knows: ${language}`, async () => {
      expect(await faultsIn(buildsIn(language), () => violationsInAllLooks(page, oppositeLooks))).toEqual({});
    });
  }

  it('shows where the keyboard is, and moves nothing where less motion is wanted', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const found = await faultsIn(buildsIn('de'), async () => {
      const hidden = (await tabOrderOf(page, 20)).filter(({ visible }) => !visible).map(({ name }) => `focus unseen: ${name}`);
      const moving = await page.evaluate<number>('document.getAnimations().length');
      return moving === 0 ? hidden : [...hidden, `${moving} animations`];
    });
    expect(found).toEqual({});
  });
});
