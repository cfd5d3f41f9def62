import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { demoPlace } from './support/demo-place.js';
import { faultsOf, tabOrderOf } from './support/page-audit.js';
import { type Tour, tourOfConsent, tourOfTheRest } from './support/page-tour.js';
import { PageWatch } from './support/page-watch.js';
import { type System, startSystem } from './support/system.js';

const tours = { tourOfConsent, tourOfTheRest };

describe('every page of ours and of the demo provider', () => {
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

  const begin = async (options: BrowserContextOptions) => {
    const page = await (await chromium.newContext(options)).newPage();
    return { system, page, places, watch: new PageWatch(page) };
  };

  for (const colorScheme of ['light', 'dark'] as const)
    for (const [name, tour] of Object.entries(tours))
      it(`is readable, wide enough and touchable on 320 px, ${colorScheme}: ${name}`, async () => {
        const { watch, ...stage } = await begin({ viewport: { width: 320, height: 640 }, colorScheme });
        const found: Record<string, string[]> = {};
        await tour(stage, async (shown) => {
          found[shown] = await faultsOf(stage.page);
        });
        expect(found).toEqual(Object.fromEntries(Object.keys(found).map((shown) => [shown, []])));
        expect(watch.complaints).toEqual([]);
      });

  it('shows where the keyboard is, the main button first and the other language last', async () => {
    const { page, ...stage } = await begin({});
    const reached: Record<string, string[]> = {};
    const look = async (shown: string) => {
      const order = await tabOrderOf(page);
      expect({ shown, hidden: order.filter(({ visible }) => !visible) }).toEqual({ shown, hidden: [] });
      reached[shown] = order.map(({ name }) => name);
    };
    await tourOfConsent({ page, ...stage }, look);
    await tourOfTheRest({ page, ...stage }, look);
    expect(reached).toEqual({
      consent: ['Continue', 'Deutsch'],
      'consent again': ['Continue again', 'Deutsch'],
      'demo login': ['Login', 'Password', 'Sign in'],
      'demo login, mistyped': ['Login', 'Password', 'Sign in'],
      'demo consent': ['Allow access', 'Deny', 'Use another account'],
      account: ['Continue', 'This is not me', 'Deutsch'],
      connected: ['Deutsch'],
      'own page': ['Disconnect Demo provider', 'Deutsch'],
      disconnected: ['Deutsch'],
      denied: ['Deutsch'],
      'unknown link': ['Deutsch'],
      'unknown own page': ['Deutsch'],
      'unknown callback': [],
      'demo error': [],
      code: ['I have sent it', 'This is not me', 'Deutsch'],
      'another browser': ['Deutsch'],
      test: ['Continue', 'Deutsch'],
      tested: ['Deutsch'],
    });
  });

  it('comes under a policy that allows no script and no frame, uncached and without a referrer', async () => {
    const { watch, ...stage } = await begin({});
    await tourOfConsent(stage, async () => {});
    await tourOfTheRest(stage, async () => {});
    const pages = watch.documents.filter(({ status }) => status < 300 || status >= 400);
    expect(pages.length).toBeGreaterThan(12);
    for (const { url, headers } of pages) {
      expect({ url, ...headers }).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      const policy = headers['content-security-policy'] ?? '';
      for (const rule of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) expect(policy).toContain(rule);
      expect(policy).not.toMatch(/unsafe|script-src|\*/);
    }
  });

  it('leaves no parameter of the provider in the address of a page', async () => {
    const { watch, page, ...stage } = await begin({});
    const addresses: string[] = [];
    await tourOfConsent({ page, ...stage }, async () => void addresses.push(page.url()));
    const ours = addresses.filter((url) => url.startsWith(system.publicUrl));
    expect(ours.length).toBeGreaterThan(3);
    expect(ours.filter((url) => new URL(url).search !== '')).toEqual([]);
  });
});
