import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from './support/chromium.js';
import { linkFor } from './support/demo-place.js';
import { PageWatch } from './support/page-watch.js';
import { type ScriptedProvider, startScriptedProvider } from './support/scripted-provider/scripted-provider.js';
import { type System, startSystem } from './support/system.js';

describe('a sign-in link among several browsers', () => {
  let system: System;
  let provider: ScriptedProvider;
  let chromium: Browser;
  let place: { profile: string; key: string };

  beforeAll(async () => {
    provider = await startScriptedProvider({ mode: 'strict' });
    system = await startSystem();
    chromium = await launchChromium();
    place = { profile: (await system.givenProfile(provider)).id, key: (await system.givenRuntimeKey()).key };
  });
  afterAll(async () => {
    await chromium?.close();
    await system?.stop();
    await provider?.stop();
  });
  afterEach(async () => {
    provider.latency(0);
    await Promise.all(chromium.contexts().map((context) => context.close()));
  });

  /** A tab of a browser of its own. */
  const aBrowser = async () => (await chromium.newContext()).newPage();
  const headingOf = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();
  const continueTo = async (page: Page, url: string) => {
    await page.goto(url);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(/\/authorize/);
  };
  const statusOf = async (id: string) =>
    (await system.api<{ status: string }>('GET', `/v1/authorizations/${id}`, { token: place.key })).body.status;

  it('is still good after chat apps and scanners have fetched it', async () => {
    const { url, id } = await linkFor(system, place, randomUUID());
    const fetched = await Promise.all(Array.from({ length: 5 }, () => fetch(url)));
    expect(fetched.map(({ status, headers }) => [status, headers.getSetCookie()])).toEqual(Array(5).fill([200, []]));
    await (await aBrowser()).goto(url);
    expect(await statusOf(id)).toBe('waiting');

    const page = await aBrowser();
    await continueTo(page, url);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
  });

  it('is refused to a second browser once a first has continued, which itself may start over', async () => {
    const { url } = await linkFor(system, place, randomUUID());
    const [first, second] = [await aBrowser(), await aBrowser()];
    await second.goto(url);
    await continueTo(first, url);
    await second.getByRole('button', { name: 'Continue' }).click();
    expect(await headingOf(second)).toBe('This link is in use in another browser');

    await first.goto(url);
    await first.getByRole('button', { name: 'Continue again' }).click();
    await first.getByRole('button', { name: 'Allow' }).click();
    await first.getByRole('heading', { name: 'Connected' }).waitFor();
  });

  it('connects nothing when the way back is walked by another browser', async () => {
    const { url, id } = await linkFor(system, place, randomUUID());
    const [first, second] = [await aBrowser(), await aBrowser()];
    await continueTo(first, url);
    const callback = provider.approve(first.url());
    const sentBefore = provider.tokenRequests().length;
    expect((await second.goto(callback))?.status()).toBe(403);
    expect(await headingOf(second)).toBe('This link is in use in another browser');
    expect(provider.tokenRequests()).toHaveLength(sentBefore);
    expect(await statusOf(id)).not.toBe('consented');
  });

  it('waits on a page that goes on by itself while the provider is slow', async () => {
    const { url } = await linkFor(system, place, randomUUID());
    const page = await aBrowser();
    const watch = new PageWatch(page);
    await continueTo(page, url);
    provider.latency(6_000);
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.getByRole('heading', { name: 'One moment…' }).waitFor();
    await page.getByRole('heading', { name: 'Connected' }).waitFor();
    expect(page.url()).toBe(url);
    expect(watch.complaints.filter((text) => text.includes(system.publicUrl))).toEqual([]);
  });

  it('tells a denial at the provider in friendly words', async () => {
    const { url, id } = await linkFor(system, place, randomUUID());
    const page = await aBrowser();
    await continueTo(page, url);
    await page.getByRole('button', { name: 'Deny' }).click();
    await page.getByRole('heading', { name: 'Not connected' }).waitFor();
    expect(await page.getByRole('status').textContent()).toBe('You declined at Scripted, so nothing was connected.');
    expect(await statusOf(id)).toBe('denied');
  });
});
