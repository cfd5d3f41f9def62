import { routes } from '@grantkeeper/contracts/routes';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { faultsOf } from './support/page-audit.js';
import { PageWatch } from './support/page-watch.js';
import { type System, startSystem } from './support/system.js';

describe('the reference at /docs', () => {
  let system: System;
  let chromium: Browser;

  beforeAll(async () => {
    system = await startSystem({ worker: 0 });
    chromium = await launchChromium();
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
  });
  afterEach(() => Promise.all(chromium.contexts().map((context) => context.close())));

  const open = async (options: BrowserContextOptions) => {
    const page = await (await chromium.newContext(options)).newPage();
    const watch = new PageWatch(page);
    await page.goto(`${system.publicUrl}/docs`);
    return { page, watch };
  };
  const openAll = (page: Page) => page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');

  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [320, 1280])
      it(`is readable without scrolling sideways, ${width} px wide, ${colorScheme}, every answer unfolded`, async () => {
        const { page, watch } = await open({ viewport: { width, height: 800 }, colorScheme });
        await openAll(page);
        expect(await faultsOf(page)).toEqual([]);
        expect(watch.complaints).toEqual([]);
      });

  it('shows every route, and no script is needed to unfold its answers', async () => {
    const { page } = await open({ javaScriptEnabled: false });
    expect(await page.getByRole('article').count()).toBe(routes.length);
    const token = page.getByRole('article').filter({ has: page.getByRole('heading', { name: 'POST /v1/token', exact: true }) });
    const answer = token.getByRole('group', { name: 'Answer 200' });
    expect(await answer.isVisible()).toBe(false);
    await token.getByText('Answer 200').click();
    expect(await answer.isVisible()).toBe(true);
  });

  it('keeps its contents beside the text on a desktop, and leads from them to the place', async () => {
    const { page } = await open({ viewport: { width: 1280, height: 800 } });
    const contents = page.getByRole('navigation', { name: 'Contents' });
    await contents.getByRole('link', { name: 'POST /v1/token' }).click();
    await contents.getByRole('link', { name: 'Errors' }).click();
    const box = await contents.boundingBox();
    expect(box).toMatchObject({ x: 0, y: 0, height: 800 });
    const heading = await page.getByRole('heading', { name: 'Errors', level: 2 }).boundingBox();
    expect(heading?.x).toBeGreaterThan(box?.width ?? Number.POSITIVE_INFINITY);
    expect(heading?.y).toBeLessThan(800);
  });
});
